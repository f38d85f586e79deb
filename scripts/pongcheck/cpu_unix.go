//go:build unix

package main

import (
	"syscall"
	"time"
)

// cpuTime is the processor time of this process so far, in user and system mode.
func cpuTime() (d time.Duration, ok bool) {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0, false
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), true
}
