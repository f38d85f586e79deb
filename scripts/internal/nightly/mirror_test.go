package nightly

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/pongcheck/pongcheck/corpus"
)

// sources is a module with an input of a target, and how to write and read files of it.
func sources(t *testing.T) (root string, write func(name, text string), read func(name string) string) {
	root = t.TempDir()
	write = func(name, text string) {
		t.Helper()
		if err := corpus.WriteFile(name, text); err != nil {
			t.Fatal(err)
		}
	}
	read = func(name string) string {
		text, err := os.ReadFile(name)
		if err != nil {
			return err.Error()
		}
		return string(text)
	}
	return root, write, read
}

// Engines write to testdata. Where that is a link, what it leads to must not change.
func TestMirrorsDoNotWriteThroughLinks(t *testing.T) {
	root, write, read := sources(t)
	mine := filepath.Join(root, "shared", "fuzz", "FuzzX", "mine")
	write(mine, "theirs")
	if err := os.MkdirAll(filepath.Join(root, "pkg"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("../shared", filepath.Join(root, "pkg", "testdata")); err != nil {
		t.Fatal(err)
	}
	to := filepath.Join(t.TempDir(), "mirror")
	if err := mirrorModule(root, to, "", true, t.Logf); err != nil {
		t.Fatal(err)
	}
	seeds := filepath.Join(to, "pkg", "testdata", "fuzz", "FuzzX")
	if got := read(filepath.Join(seeds, "mine")); got != "theirs" {
		t.Errorf("the mirror has %q", got)
	}
	write(filepath.Join(seeds, "new"), "an engine's")
	if err := os.Remove(filepath.Join(seeds, "mine")); err != nil {
		t.Fatal(err)
	}
	if got := read(mine); got != "theirs" {
		t.Errorf("the sources have %q", got)
	}
	if files, err := os.ReadDir(filepath.Dir(mine)); err != nil || len(files) != 1 {
		t.Errorf("the sources have %v, %v", files, err)
	}
}

// The folder of the night may be in the module, by whatever name.
func TestAMirrorIsNotCopiedIntoItself(t *testing.T) {
	root, write, _ := sources(t)
	write(filepath.Join(root, "x.go"), "package x")
	night := filepath.Join(root, "out")
	if err := os.MkdirAll(night, 0o777); err != nil {
		t.Fatal(err)
	}
	other := filepath.Join(t.TempDir(), "other")
	if err := os.Symlink(root, other); err != nil {
		t.Fatal(err)
	}
	skip := filepath.Join(other, "out")
	if err := mirrorModule(root, filepath.Join(skip, "mirror"), skip, true, t.Logf); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(night, "mirror", "x.go")); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(night, "mirror", "out")); !os.IsNotExist(err) {
		t.Errorf("it is in itself: %v", err)
	}
}

// An input that went from the sources goes from the mirror; one that an engine wrote stays.
func TestAnInputThatTheSourcesDroppedIsDropped(t *testing.T) {
	root, write, read := sources(t)
	input := filepath.Join("testdata", "fuzz", "FuzzX", "old")
	write(filepath.Join(root, input), "go test fuzz v1\nint(1)\n")
	to := filepath.Join(t.TempDir(), "mirror")
	for range 2 {
		if err := mirrorModule(root, to, "", true, t.Logf); err != nil {
			t.Fatal(err)
		}
	}
	const engines = "go test fuzz v1\nint(2)\n"
	new := filepath.Join(to, "testdata", "fuzz", "FuzzX", "new")
	write(new, engines)
	if err := os.Remove(filepath.Join(root, input)); err != nil {
		t.Fatal(err)
	}
	if err := mirrorModule(root, to, "", true, t.Logf); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(to, input)); !os.IsNotExist(err) {
		t.Errorf("it is still there: %v", err)
	}
	if got := read(new); got != engines {
		t.Errorf("the engine's is %q", got)
	}
}
