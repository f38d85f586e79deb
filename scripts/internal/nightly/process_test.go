//go:build linux

package nightly

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A child that leaves one of its own behind, with its output open, ended well, and what it
// left is ended.
func TestWhatAProcessLeavesBehindIsEnded(t *testing.T) {
	p := process{dir: t.TempDir(), args: []string{"/bin/sh", "-c", "sleep 98765 & echo $!"}}
	ran := p.run(t.Context())
	pid, err := strconv.Atoi(strings.TrimSpace(string(ran.out)))
	if ran.err != nil || ran.hung || err != nil {
		t.Fatalf("got %q, %v, hung %t", ran.out, ran.err, ran.hung)
	}
	for range 100 {
		if state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || strings.Contains(string(state), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("it is still there")
}

// What prints nothing for too long hangs, however often it printed before.
func TestSilenceIsAHang(t *testing.T) {
	p := process{dir: t.TempDir(), args: []string{"/bin/sh", "-c", "for i in 1 2 3 4 5 6; do echo $i; sleep 0.1; done; sleep 98764"}, silent: 400 * time.Millisecond}
	if ran := p.run(t.Context()); !ran.hung || strings.Count(string(ran.out), "\n") != 6 {
		t.Errorf("got %q, %v, hung %t", ran.out, ran.err, ran.hung)
	}
	p = process{dir: t.TempDir(), args: []string{"/bin/sh", "-c", "sleep 98764"}, limit: 100 * time.Millisecond}
	if ran := p.run(t.Context()); !ran.hung {
		t.Errorf("beyond its limit: %v, hung %t", ran.err, ran.hung)
	}
}
