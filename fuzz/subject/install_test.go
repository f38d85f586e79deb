package subject

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
)

func TestPlaceIsAtomic(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "deep", "folder")
	broken := errors.New("broken")
	err := placeFolder(dir, func(tmp string) error {
		os.WriteFile(filepath.Join(tmp, "half"), nil, 0o644)
		return broken
	})
	if err != broken || isPresent(dir) {
		t.Errorf("error %v; there: %v", err, isPresent(dir))
	}
	var filled atomic.Int64
	var all sync.WaitGroup
	arrived := make(chan struct{}, 8)
	release := make(chan struct{})
	for range 8 { // all fill theirs before the first one renames
		all.Go(func() {
			err := placeFolder(dir, func(tmp string) error {
				filled.Add(1)
				err := os.WriteFile(filepath.Join(tmp, "whole"), nil, 0o644)
				arrived <- struct{}{}
				<-release
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	for range 8 {
		<-arrived
	}
	close(release)
	all.Wait()
	if err := placeFolder(dir, func(string) error { return broken }); err != nil {
		t.Errorf("what is there was made again: %v", err)
	}
	left, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(left) != 1 || left[0].Name() != "folder" {
		t.Errorf("left: %v, error %v", left, err)
	}
	if _, err := os.Stat(filepath.Join(dir, "whole")); err != nil {
		t.Error(err)
	}
}

func TestExtractNamesTheContent(t *testing.T) {
	parent := t.TempDir()
	files := fstest.MapFS{"a.py": {Data: []byte("one")}, "b.py": {Data: []byte("two")}}
	first, err := extractFiles(files, parent)
	if err != nil {
		t.Fatal(err)
	}
	again, err := extractFiles(files, parent)
	if err != nil || again != first {
		t.Errorf("got %s, %v; want %s", again, err, first)
	}
	files["b.py"] = &fstest.MapFile{Data: []byte("three")}
	other, err := extractFiles(files, parent)
	if err != nil || other == first {
		t.Errorf("got %s, %v for another content", other, err)
	}
	if b, err := os.ReadFile(filepath.Join(first, "b.py")); err != nil || string(b) != "two" {
		t.Errorf("got %q, %v", b, err)
	}
}

func TestCache(t *testing.T) {
	t.Setenv("PONGCHECK_CACHE", "somewhere")
	got, err := Cache()
	if want, _ := filepath.Abs("somewhere"); err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	t.Setenv("PONGCHECK_CACHE", "")
	if got, err := Cache(); err == nil && filepath.Base(got) != "pongcheck" {
		t.Errorf("got %s", got)
	}
}

func TestParsePolicy(t *testing.T) {
	for s, want := range map[string]Policy{"auto": InstallAuto, "never": InstallNever} {
		if got, err := ParsePolicy(s); got != want || err != nil {
			t.Errorf("%s: got %v, %v", s, got, err)
		}
	}
	if _, err := ParsePolicy("maybe"); err == nil {
		t.Error("maybe: no error")
	}
}

func TestGoSubjectNeedsNothing(t *testing.T) {
	e, err := Find("coder")
	if err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	if err := e.Install(t.Context(), &log); err != nil || log.Len() > 0 {
		t.Errorf("installing says %q, error %v", log.String(), err)
	}
	if err := e.Missing(t.Context()); err != nil {
		t.Error(err)
	}
}
