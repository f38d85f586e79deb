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

// A child that leaves others behind ended well. They are killed: those that hold its output open,
// and daemons.
func TestWhatAProcessLeavesBehindIsEnded(t *testing.T) {
	for _, script := range []string{
		"sleep 98765 & echo $!",
		"setsid sleep 98765 >/dev/null 2>&1 & echo $!",
		"setsid sh -c 'setsid sleep 98765 >/dev/null 2>&1 & echo $!' & wait",
	} {
		s := Spec{Dir: t.TempDir(), Args: []string{"/bin/sh", "-c", script}}
		r := s.Run(t.Context())
		pid, err := strconv.Atoi(strings.TrimSpace(string(r.Output)))
		if r.Err != nil || r.Hung || err != nil {
			t.Fatalf("%s: got %q, %v, hung %t", script, r.Output, r.Err, r.Hung)
		}
		if !hasEnded(pid) {
			t.Errorf("%s: it is still there", script)
		}
	}
}

// A daemon that cleared its environment is found as an orphan.
func TestOrphansAreEnded(t *testing.T) {
	end := AdoptOrphans()
	s := Spec{Dir: t.TempDir(), Args: []string{"/bin/sh", "-c", "env -i setsid sleep 98763 >/dev/null 2>&1 & echo $!; sleep 0.2"}}
	r := s.Run(t.Context())
	pid, err := strconv.Atoi(strings.TrimSpace(string(r.Output)))
	if err != nil {
		t.Fatalf("got %q, %v", r.Output, r.Err)
	}
	if n := end(); n != 1 || !hasEnded(pid) {
		t.Errorf("killed %d processes, want the daemon %d", n, pid)
	}
}

// hasEnded waits until a process ended, two seconds at most.
func hasEnded(pid int) bool {
	for range 100 {
		if state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || strings.Contains(string(state), ") Z ") {
			return true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return false
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
