package remote

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// A store refuses bad objects, says which and why, and stays usable.
func TestBadObjectsAreRefused(t *testing.T) {
	eachBackend(t, func(t *testing.T, where string) {
		ctx := t.Context()
		b := open(t, where)
		s := store.New(b)
		good, err := s.Add(ctx, store.Input{Data: []byte("good"), Origin: store.Origin{Target: "example.com/m.FuzzX", Kind: store.Found}})
		if err != nil {
			t.Fatal(err)
		}
		hash := strings.Repeat("0", 64)
		bad := map[string]string{
			"entry/" + store.Sum([]byte("whole")).String(): "who", // truncated
			"entry/" + hash: "renamed", // other bytes
			"entry/name":    "no hash", // no object
			"entry/" + store.Sum([]byte("large")).String(): string(make([]byte, store.MaxEntry+1)), // oversized
			"record/" + store.Sum([]byte("{}")).String():   "{}",                                   // no record
			"pack/" + hash:                   "pongcheck-pack 1 0 99999999\n\n", // boasts
			"trash/20260101T000000Z-" + hash: "",
			"trash/" + hash:                  "no time",
		}
		for name, data := range bad {
			if err := b.Put(ctx, name, []byte(data)); err != nil {
				t.Fatal(err)
			}
		}
		c, err := s.Verify(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range c.Problems {
			if _, ok := bad[p.Name]; !ok {
				t.Errorf("%s is no bad object", p)
			}
			delete(bad, p.Name)
		}
		for name := range bad {
			t.Errorf("%s was not refused", name)
		}
		if data, err := s.Get(ctx, good); string(data) != "good" {
			t.Errorf("the good entry: %q, %v", data, err)
		}
		if err := s.Heal(ctx, c.Problems); err != nil {
			t.Fatal(err)
		}
		if c, err := s.Verify(ctx); err != nil || len(c.Problems) > 0 || c.Entries != 1 {
			t.Errorf("healed: %+v, %v", c, err)
		}
	})
}

// Anybody who may write to a repository can push anything there.
func TestManifestsThatAreNoObjects(t *testing.T) {
	ctx := t.Context()
	r, err := openRegistry(strings.TrimPrefix(startRegistry(t).url("store"), "oci://"))
	if err != nil {
		t.Fatal(err)
	}
	layer := content.NewDescriptorFromBytes(layerType, []byte("data"))
	if err := r.pushBlob(ctx, layer, []byte("data")); err != nil {
		t.Fatal(err)
	}
	of := func(layers ...ocispec.Descriptor) string {
		m, err := json.Marshal(ocispec.Manifest{MediaType: ocispec.MediaTypeImageManifest, Layers: layers})
		if err != nil {
			t.Fatal(err)
		}
		return string(m)
	}
	huge, longer, gone := layer, layer, content.NewDescriptorFromBytes(layerType, []byte("gone"))
	huge.Size = 1 << 50
	longer.Size++
	for i, tt := range []struct {
		text string
		want error
	}{
		{of(), store.ErrCorrupt},
		{of(layer, layer), store.ErrCorrupt},
		{of(gone), store.ErrCorrupt},
		{of(huge), store.ErrTooLarge},
		{of(ocispec.Descriptor{Digest: "sha256:../../x", Size: 1}), store.ErrCorrupt},
		{of(ocispec.Descriptor{Digest: "md5:00", Size: -1}), store.ErrCorrupt},
		{"{", store.ErrCorrupt},
		{strings.Repeat(" ", maxManifest) + of(layer), store.ErrCorrupt},
	} {
		name := fmt.Sprintf("entry/%d", i)
		push(t, r, fmt.Sprintf("entry.%d", i), tt.text)
		if data, err := r.Get(ctx, name, 100); !errors.Is(err, tt.want) || !strings.Contains(fmt.Sprint(err), name) {
			t.Errorf("%.100q: got %q, %v, want %v", tt.text, data, err, tt.want)
		}
	}
	push(t, r, "entry.longer", of(longer))
	if data, err := r.Get(ctx, "entry/longer", 100); err == nil {
		t.Errorf("a layer shorter than it should be: %q", data)
	}
}

// push uploads a manifest that this package would not write.
func push(t *testing.T, r *registryBackend, tag, manifest string) {
	t.Helper()
	ref := r.repo.Reference
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "http://"+ref.Host()+"/v2/"+ref.Repository+"/manifests/"+tag, strings.NewReader(manifest))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", ocispec.MediaTypeImageManifest)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode >= 300 {
		t.Fatalf("put %.100q: %s", manifest, resp.Status)
	}
}

func TestTagsAndNamesAreOneToOne(t *testing.T) {
	hash := strings.Repeat("0123456789abcdef", 4)
	for _, name := range []string{"entry/" + hash, "trash/20260101T000000Z-" + hash, "features/b." + hash, "features/" + hash + "." + hash, "features/x-" + strings.Repeat("y", 60) + "." + hash} {
		kind, _, _ := strings.Cut(name, "/")
		of, err := tagOf(name)
		back, ok := nameOf(kind, of)
		if err != nil || len(of) > maxTag || !ok || back != name {
			t.Errorf("%s: tag %s, %v; its name is %s, %v", name, of, err, back, ok)
		}
	}
	if of, err := tagOf("features/" + strings.Repeat("x", 150)); err == nil {
		t.Errorf("too long: %s", of)
	}
	for _, of := range []string{"latest", "entry", "entry.", "entry..", "entry..a", "entries.a", "entry.." + strings.Repeat("A", 43), "entry..a" + strings.Repeat("_", 43)} {
		if name, ok := nameOf("entry", of); ok {
			t.Errorf("tag %s is that of %s", of, name)
		}
	}
}
