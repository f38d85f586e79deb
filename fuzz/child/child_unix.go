//go:build unix

package child

import (
	"fmt"
	"os"
	"syscall"
)

func killGroup(p *os.Process) error {
	if err := syscall.Kill(-p.Pid, syscall.SIGKILL); err != nil {
		return p.Kill() // it has no group of its own, or nobody is left in it
	}
	return nil
}

// Status writes how a child ended: exit-N or signal-N.
func Status(s *os.ProcessState) string {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return fmt.Sprintf("signal-%d", int(w.Signal()))
	}
	return fmt.Sprintf("exit-%d", s.ExitCode())
}
