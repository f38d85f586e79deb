package store

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// eachBackend runs a test on an empty store in each backend.
func eachBackend(t *testing.T, test func(t *testing.T, b Backend)) {
	t.Run("memory", func(t *testing.T) { test(t, &Memory{}) })
	t.Run("folder", func(t *testing.T) { test(t, folder(t, t.TempDir())) })
}

func folder(t *testing.T, at string) *Folder {
	t.Helper()
	f, err := OpenFolder(at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func names(t *testing.T, b Backend, kind string) []string {
	t.Helper()
	var all []string
	for name, err := range b.List(context.Background(), kind) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func TestABackendKeepsObjects(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		ctx := t.Context()
		if _, err := b.Get(ctx, "entry/aa", 10); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("get what is not there: %v", err)
		}
		for name, data := range map[string]string{"entry/aa": "one", "entry/aab": "", "entry/b": "three", "record/aa": "four"} {
			for range 2 {
				if err := b.Put(ctx, name, []byte(data)); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := b.Get(ctx, name, len(data)); err != nil || string(got) != data {
				t.Errorf("%s: got %q, %v", name, got, err)
			}
		}
		if _, err := b.Get(ctx, "entry/b", 4); !errors.Is(err, ErrTooLarge) {
			t.Errorf("get 5 bytes with limit 4: %v", err)
		}
		if got := names(t, b, "entry"); !slices.Equal(got, []string{"entry/aa", "entry/aab", "entry/b"}) {
			t.Errorf("list: %q", got)
		}
		for range 2 {
			if err := b.Delete(ctx, "entry/aa"); err != nil {
				t.Errorf("delete: %v", err)
			}
		}
		if got := names(t, b, "entry"); !slices.Equal(got, []string{"entry/aab", "entry/b"}) {
			t.Errorf("after delete: %q", got)
		}
		if got := names(t, b, "pack"); got != nil {
			t.Errorf("no packs: %q", got)
		}
	})
}

func TestABackendRefusesNamesThatLeadElsewhere(t *testing.T) {
	bad := []string{"", "entry", "entry/", "/entry", "entry/..", "../x", "entry/../../x", "entry/a/b", "entry/a b", "entry/a\x00", `entry\a`,
		"entry/.hidden", ".git/config", "entry/" + strings.Repeat("a", 201)}
	eachBackend(t, func(t *testing.T, b Backend) {
		for _, name := range bad {
			if err := b.Put(t.Context(), name, nil); err == nil {
				t.Errorf("put %q: want an error", name)
			}
		}
	})
}

func TestADamagedFileIsReplacedByPut(t *testing.T) {
	at := t.TempDir()
	f := folder(t, at)
	path := filepath.Join(at, "entry", "aa", "aaa")
	for _, damage := range []string{"", "dat", "dxta", "data and more"} {
		if err := f.Put(t.Context(), "entry/aaa", []byte("data")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(damage), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := f.Put(t.Context(), "entry/aaa", []byte("data")); err != nil {
			t.Fatal(err)
		}
		if got, err := f.Get(t.Context(), "entry/aaa", 10); string(got) != "data" {
			t.Errorf("after damage %q: %q, %v", damage, got, err)
		}
	}
}

func TestLinksLeadNowhere(t *testing.T) {
	outside, at := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "aaa"), []byte("secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	f := folder(t, at)
	if err := f.Put(t.Context(), "entry/bb", []byte("data")); err != nil {
		t.Fatal(err)
	}
	for link, to := range map[string]string{"entry/aa": outside, "entry/bb/bbb": filepath.Join(outside, "aaa"), "pack": outside} {
		if err := os.Symlink(to, filepath.Join(at, filepath.FromSlash(link))); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"entry/aaa", "entry/bbb"} {
		if got, err := f.Get(t.Context(), name, 100); err == nil {
			t.Errorf("%s: read %q through a link", name, got)
		}
	}
	if err := f.Put(t.Context(), "pack/aab", []byte("written")); err == nil {
		t.Error("written through a link")
	}
	if left, err := os.ReadDir(outside); err != nil || len(left) != 1 {
		t.Errorf("outside: %v, %v", left, err)
	}
	if got := names(t, f, "entry"); !slices.Equal(got, []string{"entry/bb", "entry/bbb"}) {
		t.Errorf("list: %q", got)
	}
}

// Only files that a writer left unfinished are deleted, when they are old.
func TestUnfinishedFilesGoWhenTheyAreOld(t *testing.T) {
	at := t.TempDir()
	temp := filepath.Join(at, "tmp")
	if err := os.Mkdir(temp, 0o777); err != nil {
		t.Fatal(err)
	}
	makeOld(t, filepath.Join(temp, newNonce()))
	makeOld(t, filepath.Join(temp, "README"))
	young := newNonce()
	if err := os.WriteFile(filepath.Join(temp, young), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	folder(t, at)
	if left := fileNames(t, temp); !slices.Equal(left, slices.Sorted(slices.Values([]string{"README", young}))) {
		t.Errorf("left: %q", left)
	}
}

// makeOld writes a file that is older than any unfinished one.
func makeOld(t *testing.T, path string) {
	t.Helper()
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(path, time.Time{}, time.Now().Add(-2*staleAfter)); err != nil {
		t.Fatal(err)
	}
}

func fileNames(t *testing.T, folder string) (names []string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names
}

// Reading never deletes what tmp leads to, and writing does not go there.
func TestATempFolderThatIsALinkIsNotFollowed(t *testing.T) {
	for _, to := range []string{".", "entry/aa"} {
		at := t.TempDir()
		f := folder(t, at)
		if err := f.Put(t.Context(), "entry/aab", []byte("kept")); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(at, "tmp")); err != nil {
			t.Fatal(err)
		}
		victim := filepath.Join(at, to, newNonce())
		makeOld(t, victim)
		if err := os.Symlink(to, filepath.Join(at, "tmp")); err != nil {
			t.Skip(err)
		}
		f = folder(t, at)
		if _, err := os.Stat(victim); err != nil {
			t.Errorf("tmp is a link to %s: %v", to, err)
		}
		if err := f.Put(t.Context(), "entry/aac", nil); err == nil || !strings.Contains(err.Error(), "tmp") {
			t.Errorf("tmp is a link to %s: a write gives %v", to, err)
		}
	}
}

// A store that cannot be written can be read.
func TestAStoreWithoutWriteRightCanBeRead(t *testing.T) {
	at := t.TempDir()
	if err := folder(t, at).Put(t.Context(), "entry/aab", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(at, "tmp")); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(at, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(at, 0o755) })
	f := folder(t, at)
	if got, err := f.Get(t.Context(), "entry/aab", 10); err != nil || string(got) != "kept" {
		t.Errorf("got %q, %v", got, err)
	}
	if got := names(t, f, "entry"); len(got) != 1 {
		t.Errorf("list: %q", got)
	}
	if left := fileNames(t, at); !slices.Equal(left, []string{"entry"}) {
		t.Errorf("reading made %q", left) // root may
	}
}

// What is in a store may be read and written by whom its folder admits, whatever the umask.
func TestTheFolderSaysWhoMayReadAndWrite(t *testing.T) {
	for _, mode := range []os.FileMode{0o700, 0o755, 0o775, 0o777} {
		at := t.TempDir()
		if err := os.Chmod(at, mode); err != nil {
			t.Fatal(err)
		}
		if err := folder(t, at).Put(t.Context(), "entry/aab", nil); err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]os.FileMode{"entry": mode, "entry/aa": mode, "tmp": mode, "entry/aa/aab": mode & 0o666} {
			info, err := os.Stat(filepath.Join(at, name))
			if err != nil || info.Mode().Perm() != want {
				t.Errorf("folder %v: %s: %v, %v, want %v", mode, name, info.Mode().Perm(), err, want)
			}
		}
	}
}

func TestGitLeavesObjectsAlone(t *testing.T) {
	at := t.TempDir()
	if err := folder(t, at).Git(); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(at, ".gitattributes"))
	if err != nil || !bytes.Contains(got, []byte("* -text")) {
		t.Errorf("got %q, %v", got, err)
	}
}

// between is a backend in which something happens before each change.
type between struct {
	Backend
	do func()
}

func (b *between) Put(ctx context.Context, name string, data []byte) error {
	b.do()
	return b.Backend.Put(ctx, name, data)
}

func (b *between) Delete(ctx context.Context, name string) error {
	b.do()
	return b.Backend.Delete(ctx, name)
}
