package nightly

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/disktest"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// flaw is a backend that is out of reach while lost is set.
type flaw struct {
	store.Memory
	lost bool
}

var errLost = errors.New("out of reach")

func (f *flaw) Put(ctx context.Context, name string, data []byte) error {
	if f.lost {
		return errLost
	}
	return f.Memory.Put(ctx, name, data)
}

func (f *flaw) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	if f.lost {
		return func(yield func(string, error) bool) { yield("", errLost) }
	}
	return f.Memory.List(ctx, kind)
}

// A store that is lost does not stop a night, and is told as trouble; when it is back the
// same command brings it what was found.
func TestLostStore(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	o := options(t, scratch(t))
	backend := &flaw{lost: true}
	o.Remote = backend
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	checkBad(t, r)
	if text := fmt.Sprint(r.Troubles); !strings.Contains(text, "pull the corpus") || !strings.Contains(text, "push the results") {
		t.Errorf("troubles: %s", text)
	}
	backend.lost = false
	told := 0
	o.Found = func(*Finding) { told++ }
	r = run(t, o)
	checkBad(t, r)
	if told != 0 {
		t.Errorf("the finding was told again")
	}
	items, err := store.New(backend).List(t.Context(), store.Filter{Target: badTarget})
	if err != nil || !slices.ContainsFunc(items, func(i store.Item) bool { return i.Pinned }) {
		t.Errorf("the store has %d entries, %v: want the pinned one among them", len(items), err)
	}
}

// A machine that loses power loses what was not on its disk yet: files that are not
// synchronised are empty, or end anywhere. The same command continues all the same.
func TestPowerLoss(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	for _, c := range []struct {
		why  string
		left func(size int) int
	}{
		{"empty", func(int) int { return 0 }},
		{"half", func(size int) int { return size / 2 }},
		{"all but the end", func(size int) int { return max(0, size-1) }},
	} {
		t.Run(c.why, func(t *testing.T) {
			o := options(t, scratch(t))
			told := 0
			ctx, interrupt := context.WithCancel(t.Context())
			o.Found = func(*Finding) { told++; interrupt() }
			if r, err := Run(ctx, o); r != nil || err == nil {
				t.Fatalf("a run that was interrupted: %v, %v", r, err)
			}
			leave(t, o, "go test fuzz v1\n[]byte(\"left behind \\x89\")\nint(4)\n")
			cut := 0
			for _, folder := range []string{"bin", "mirror", "engine", "canary"} {
				err := filepath.WalkDir(filepath.Join(o.Dir, folder), func(path string, d fs.DirEntry, err error) error {
					if err != nil || !d.Type().IsRegular() {
						return err
					}
					data, err := os.ReadFile(path)
					if err != nil {
						return err
					}
					cut++
					return errors.Join(os.Remove(path), os.WriteFile(path, data[:c.left(len(data))], 0o777))
				})
				if err != nil && !errors.Is(err, fs.ErrNotExist) { // the bug was found before the engine kept anything
					t.Fatal(err)
				}
			}
			if cut < 10 {
				t.Fatalf("only %d files were cut", cut)
			}
			checkBad(t, run(t, o))
			if told != 1 {
				t.Errorf("told %d times", told)
			}
		})
	}
}

// On a disk that is full nothing is green, and nothing is lost that was found: when there
// is room again the same command continues.
func TestFullDisk(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	for _, c := range []struct {
		why  string
		told int // before the disk is full
	}{
		{"before anything is found", 0},
		{"after something was found", 1},
	} {
		t.Run(c.why, func(t *testing.T) {
			o := options(t, scratch(t))
			o.Dir = disktest.Small(t, "48m")
			var full sync.Once
			fill := func() {
				full.Do(func() {
					if err := os.WriteFile(filepath.Join(o.Dir, "ballast"), make([]byte, 48<<20), 0o666); !errors.Is(err, syscall.ENOSPC) {
						t.Errorf("the disk is not full: %v", err)
					}
				})
			}
			told := 0
			o.Found = func(*Finding) {
				told++
				fill()
			}
			o.Log = func(format string, a ...any) {
				if text := fmt.Sprintf(format, a...); c.told == 0 && strings.HasPrefix(text, "hunting") {
					fill()
				}
				t.Logf(format, a...)
			}
			r, err := Run(t.Context(), o)
			if text := fmt.Sprint(err, r); err == nil && len(r.Troubles) == 0 || !strings.Contains(text, "no space left on device") {
				t.Fatalf("on a full disk: %s", text)
			}
			if told != c.told {
				t.Errorf("told %d times, want %d", told, c.told)
			}
			disktest.Grow(t, o.Dir, "200m")
			o.Log = t.Logf
			checkBad(t, run(t, o))
			if told != 1 {
				t.Errorf("told %d times in all", told)
			}
		})
	}
}
