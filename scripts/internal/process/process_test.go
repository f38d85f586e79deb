//go:build linux

package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A child that leaves one of its own behind, with its output open, ended well. What it left
// behind is killed.
func TestWhatAProcessLeavesBehindIsEnded(t *testing.T) {
	s := Spec{Dir: t.TempDir(), Args: []string{"/bin/sh", "-c", "sleep 98765 & echo $!"}}
	r := s.Run(t.Context())
	pid, err := strconv.Atoi(strings.TrimSpace(string(r.Output)))
	if r.Err != nil || r.Hung || err != nil {
		t.Fatalf("got %q, %v, hung %t", r.Output, r.Err, r.Hung)
	}
	for range 100 {
		if state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || strings.Contains(string(state), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("it is still there")
}

// What prints nothing for too long hangs, however often it printed before: it prints for
// longer than it may be silent.
func TestSilenceIsAHang(t *testing.T) {
	t.Parallel()
	s := Spec{Dir: t.TempDir(), Args: []string{"/bin/sh", "-c", "i=0; while [ $i -lt 30 ]; do echo $i; i=$((i+1)); sleep 0.1; done; sleep 98764"}, Silence: 2 * time.Second}
	if r := s.Run(t.Context()); !r.Hung || strings.Count(string(r.Output), "\n") != 30 {
		t.Errorf("got %q, %v, hung %t", r.Output, r.Err, r.Hung)
	}
}

func TestLimitIsAHang(t *testing.T) {
	s := Spec{Dir: t.TempDir(), Args: []string{"/bin/sh", "-c", "sleep 98764"}, Limit: 100 * time.Millisecond}
	if r := s.Run(t.Context()); !r.Hung {
		t.Errorf("beyond its limit: %v, hung %t", r.Err, r.Hung)
	}
}
