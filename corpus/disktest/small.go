// Package disktest has disks for tests.
package disktest

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// Small is a folder on a disk of a size, as mount has it (300k, 64m), that is there until
// the test ends. Only root, with the capability to mount, can have one: the test is
// skipped without it.
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
		t.Skipf("nobody but root, with the capability to, can mount a small disk: %v %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", at).CombinedOutput(); err != nil {
			t.Errorf("unmount %s: %v %s", at, err, out)
		}
	})
	return at
}

// Grow gives a disk another size.
func Grow(t *testing.T, at, size string) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,size="+size, at).CombinedOutput(); err != nil {
		t.Fatalf("grow %s to %s: %v %s", at, size, err, out)
	}
}
