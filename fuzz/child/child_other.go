//go:build !unix

package child

import (
	"fmt"
	"os"
	"os/exec"
)

// There are no groups here: only the child itself is killed.

func setGroup(*exec.Cmd) {}

func killGroup(p *os.Process) error { return p.Kill() }

// Status writes how a child ended: exit-N.
func Status(s *os.ProcessState) string { return fmt.Sprintf("exit-%d", s.ExitCode()) }
