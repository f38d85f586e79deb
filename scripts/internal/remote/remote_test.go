package remote

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// eachBackend runs a test on an empty store behind each kind of URL. PONGCHECK_S3 may name
// one more: the URL of a bucket in a real service, in which each test gets a new prefix.
func eachBackend(t *testing.T, test func(t *testing.T, where string)) {
	t.Run("file", func(t *testing.T) { test(t, "file://"+t.TempDir()) })
	t.Run("s3", func(t *testing.T) { test(t, startS3(t).url("store")) })
	t.Run("oci", func(t *testing.T) { test(t, startRegistry(t).url("store")) })
	t.Run("docker-registry", func(t *testing.T) { test(t, startDockerRegistry(t)) })
	if where := os.Getenv("PONGCHECK_S3"); where != "" {
		bucket, settings, _ := strings.Cut(where, "?")
		t.Run("service", func(t *testing.T) { test(t, bucket+"/"+rand.Text()+"/"+t.Name()+"?"+settings) })
	}
}

func open(t *testing.T, where string) Backend {
	t.Helper()
	b, err := Open(t.Context(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

func listNames(t *testing.T, b store.Backend, kind string) []string {
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
	long := "features/" + strings.Repeat("b", 64) + "." + strings.Repeat("0a", 32)
	eachBackend(t, func(t *testing.T, where string) {
		b := open(t, where)
		ctx := t.Context()
		if got := listNames(t, b, "entry"); got != nil {
			t.Errorf("list of nothing: %q", got)
		}
		if _, err := b.Get(ctx, "entry/aa", 10); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("get what is not there: %v", err)
		}
		objects := map[string]string{"entry/aa": "one", "entry/aab": "", "entry/b": "three", "record/aa": "one", long: "features"}
		for name, data := range objects {
			for range 2 {
				if err := b.Put(ctx, name, []byte(data)); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := b.Get(ctx, name, len(data)); err != nil || string(got) != data {
				t.Errorf("%s: got %q, %v", name, got, err)
			}
		}
		if _, err := b.Get(ctx, "entry/b", 4); !errors.Is(err, store.ErrTooLarge) {
			t.Errorf("get 5 bytes with limit 4: %v", err)
		}
		if got := listNames(t, b, "entry"); !slices.Equal(got, []string{"entry/aa", "entry/aab", "entry/b"}) {
			t.Errorf("list: %q", got)
		}
		if got := listNames(t, b, "features"); !slices.Equal(got, []string{long}) {
			t.Errorf("list: %q", got)
		}
		for range 2 {
			if err := b.Delete(ctx, "entry/aa"); err != nil {
				t.Errorf("delete: %v", err)
			}
		}
		if got := listNames(t, b, "entry"); !slices.Equal(got, []string{"entry/aab", "entry/b"}) {
			t.Errorf("after delete: %q", got)
		}
		if got, err := b.Get(ctx, "record/aa", 10); err != nil || string(got) != "one" {
			t.Errorf("the same bytes under another name went with it: %q, %v", got, err)
		}
		if err := b.Put(ctx, "entry/aa", []byte("one")); err != nil {
			t.Errorf("put again: %v", err)
		}
		if got, err := b.Get(ctx, "entry/aa", 10); err != nil || string(got) != "one" {
			t.Errorf("put again: %q, %v", got, err)
		}
	})
}

// A name may have other bytes: after damage, and in a pack that another version of the
// compressor wrote.
func TestPutReplacesOtherBytes(t *testing.T) {
	eachBackend(t, func(t *testing.T, where string) {
		b := open(t, where)
		for _, data := range []string{"damaged", "good", "gone"} {
			if err := b.Put(t.Context(), "pack/a", []byte(data)); err != nil {
				t.Fatal(err)
			}
			if got, err := b.Get(t.Context(), "pack/a", 10); string(got) != data {
				t.Errorf("got %q, %v, want %q", got, err, data)
			}
		}
	})
}

func TestNamesThatLeadElsewhereAreRefused(t *testing.T) {
	eachBackend(t, func(t *testing.T, where string) {
		b := open(t, where)
		for _, name := range []string{"", "entry", "entry/..", "../x", "entry/a/b", "entry/a b", "entry/.hidden"} {
			if err := b.Put(t.Context(), name, nil); err == nil {
				t.Errorf("put %q: want an error", name)
			}
			if _, err := b.Get(t.Context(), name, 10); err == nil || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("get %q: %v", name, err)
			}
			if err := b.Delete(t.Context(), name); err == nil {
				t.Errorf("delete %q: want an error", name)
			}
		}
	})
}

func TestStoresInOneServerAreApart(t *testing.T) {
	s3, registry := startS3(t), startRegistry(t)
	for _, urls := range [][2]string{{s3.url("a"), s3.url("ab")}, {registry.url("a"), registry.url("ab")}} {
		a, b := open(t, urls[0]), open(t, urls[1])
		if err := a.Put(t.Context(), "entry/x", []byte("of a")); err != nil {
			t.Fatal(err)
		}
		if got := listNames(t, b, "entry"); got != nil {
			t.Errorf("%s: %q", urls[1], got)
		}
	}
}

func TestURLsThatAreNoStores(t *testing.T) {
	for where, want := range map[string]string{
		"ftp://host/a":             "want a folder, or a URL",
		"file://host/a":            "want file:///PATH",
		"file://":                  "want file:///PATH",
		"oci://":                   "want oci://HOST/REPOSITORY",
		"oci://localhost/a/b:tag":  "want no tag",
		"oci://localhost/UPPER":    "want oci://HOST/REPOSITORY",
		"s3://bucket?nonsense=yes": "nonsense",
	} {
		if b, err := Open(t.Context(), where); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, %v, want %q", where, b, err, want)
		}
	}
}
