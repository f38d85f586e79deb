//go:build unix

package driver

import (
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// group puts cmd into a process group of its own, so that what it starts can be
// killed with it and a ^C at the terminal is for this process to handle.
func group(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a process that is not yet waited for, and its group.
func killGroup(p *os.Process) {
	_ = syscall.Kill(-p.Pid, syscall.SIGKILL)
	_ = p.Kill()
}

// status is exit-N or signal-N.
func status(s *os.ProcessState) string {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return fmt.Sprintf("signal-%d", int(w.Signal()))
	}
	return fmt.Sprintf("exit-%d", s.ExitCode())
}
