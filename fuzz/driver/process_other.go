//go:build !unix

package driver

import (
	"fmt"
	"os"
	"os/exec"
)

// group does nothing here: only the process itself is killed.
func group(*exec.Cmd) {}

func killGroup(p *os.Process) { _ = p.Kill() }

func status(s *os.ProcessState) string { return fmt.Sprintf("exit-%d", s.ExitCode()) }
