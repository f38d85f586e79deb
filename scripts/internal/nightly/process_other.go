//go:build !linux

package nightly

import "time"

func bounded(args []string) []string { return args }

// lock is for Linux only: elsewhere nothing keeps two runs out of one folder.
func lock(string) (unlock func(), err error) { return func() {}, nil }

// cpuUsed is known on Linux only.
func cpuUsed() time.Duration { return 0 }
