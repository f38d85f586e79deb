// Package disktest gives tests a disk that can be full.
package disktest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Small mounts a disk of a size such as 300k or 64m until the test ends, and returns its folder.
// It skips the test unless root runs it with the capability to mount.
func Small(t *testing.T, size string) string {
	t.Helper()
	at := filepath.Join(t.TempDir(), "small")
	if err := os.Mkdir(at, 0o777); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size="+size, "tmpfs", at).CombinedOutput(); err != nil {
		if os.Geteuid() == 0 && !errors.Is(err, exec.ErrNotFound) && !strings.Contains(string(out), "denied") {
			t.Fatalf("mount a small disk: %v %s", err, out)
		}
		t.Skipf("cannot mount a small disk: only root with the capability to mount can: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", at).CombinedOutput(); err != nil {
			t.Errorf("unmount %s: %v %s", at, err, out)
		}
	})
	return at
}

// Grow changes the size of a disk.
func Grow(t *testing.T, at, size string) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,size="+size, at).CombinedOutput(); err != nil {
		t.Fatalf("grow %s to %s: %v %s", at, size, err, out)
	}
}
