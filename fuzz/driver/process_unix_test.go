//go:build unix

package driver

import (
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
)

// What a driver starts is killed with it, and its stdout in other hands holds up
// nothing.
func TestGroupIsKilled(t *testing.T) {
	d := open(t, "", Options{Processes: 1})
	got, err := collect(t, d, 1, 0, do("child"))
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(got[0].Steps[0].Outcome.Messages[0].Data)
	if err != nil {
		t.Fatal(err)
	}
	d.idle[0].kill()
	d.Close()
	for range 200 { // it is nobody's child now, so it cannot be waited for
		if syscall.Kill(pid, 0) == syscall.ESRCH {
			return
		}
		if state, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat"); slices.Contains([]string{"Z", "X"}, stateOf(state)) {
			return
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Errorf("process %d outlives its driver", pid)
}

func stateOf(stat []byte) string {
	for i := range stat {
		if stat[i] == ')' && i+2 < len(stat) {
			return string(stat[i+2])
		}
	}
	return ""
}
