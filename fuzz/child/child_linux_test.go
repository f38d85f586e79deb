package child

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// startParent starts a child that starts one of its own, and returns the pid of that.
func startParent(t *testing.T, cmd *exec.Cmd) (pid int) {
	t.Helper()
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	if pid, err = strconv.Atoi(strings.TrimSpace(line)); err != nil {
		t.Fatal(err)
	}
	return pid
}

// waitUntilGone fails unless a process that is nobody's child here ends.
func waitUntilGone(t *testing.T, pid int) {
	t.Helper()
	for range 500 {
		if stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err != nil || strings.Contains(string(stat), ") Z ") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Errorf("process %d is still there", pid)
}

// The end of the context kills the child and its own child.
func TestContextKillsTheGroup(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cmd := Command(ctx, "/bin/sh", "-c", "sleep 98766 & echo $!; wait")
	pid := startParent(t, cmd)
	cancel()
	if err := cmd.Wait(); err == nil || Status(cmd.ProcessState) != "signal-9" {
		t.Errorf("it ended with %s, %v, want signal-9", Status(cmd.ProcessState), err)
	}
	waitUntilGone(t, pid)
}

// What a child left behind can be killed after the child ended.
func TestKillGroupAfterTheChildEnded(t *testing.T) {
	cmd := Command(t.Context(), "/bin/sh", "-c", "sleep 98767 >/dev/null & echo $!; exit 3")
	pid := startParent(t, cmd)
	if err := cmd.Wait(); err == nil || Status(cmd.ProcessState) != "exit-3" {
		t.Errorf("it ended with %s, %v, want exit-3", Status(cmd.ProcessState), err)
	}
	if err := KillGroup(cmd.Process); err != nil {
		t.Error(err)
	}
	waitUntilGone(t, pid)
	if err := KillGroup(Command(t.Context(), "/bin/true").Process); err != nil {
		t.Errorf("one that never started: %v", err)
	}
}
