package remote

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net"
	"net/http"
	"strings"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/errcode"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// registryBackend is a backend in a repository of an OCI registry.
//
// Each object is a manifest with one layer, and with a tag that encodes its name: oras pull
// HOST/REPOSITORY:TAG writes the object to a file. The tag latest marks the pack that holds
// most of the corpus, for people and other tools. No backend reads it: registries offer no
// compare-and-swap for tags, so that one of two writers would lose its update.
type registryBackend struct {
	repo *remote.Repository
}

const (
	artifactType = "application/vnd.pongcheck.object.v1"
	layerType    = "application/octet-stream"
	maxManifest  = 1 << 16 // bytes
)

// openRegistry opens a repository by its reference, HOST/REPOSITORY, with the credentials
// of docker login. It speaks to registries on this machine without TLS.
func openRegistry(reference string) (*registryBackend, error) {
	repo, err := remote.NewRepository(reference)
	if err != nil || strings.Contains(reference, "?") {
		return nil, errors.New("want oci://HOST/REPOSITORY, in small letters, without settings")
	}
	if repo.Reference.Reference != "" {
		return nil, errors.New("want no tag: each object has one")
	}
	logins, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
	if err != nil {
		return nil, fmt.Errorf("read the credentials of docker: %w", err)
	}
	repo.PlainHTTP = isLoopback(repo.Reference.Registry)
	repo.Client = &auth.Client{Client: newHTTPClient(usualPatience), Cache: auth.NewCache(), Credential: credentials.Credential(logins)}
	return &registryBackend{repo}, nil
}

func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close has nothing to close.
func (r *registryBackend) Close() error { return nil }

// encodeManifest returns the manifest of an object. Equal objects have equal manifests, and no
// two objects share one, so that deleting a manifest deletes no other object's tag.
func encodeManifest(name string, data []byte) (ocispec.Manifest, []byte, error) {
	m := ocispec.Manifest{
		Versioned:    specs.Versioned{SchemaVersion: 2},
		MediaType:    ocispec.MediaTypeImageManifest,
		ArtifactType: artifactType,
		Config:       ocispec.DescriptorEmptyJSON,
		Layers:       []ocispec.Descriptor{content.NewDescriptorFromBytes(layerType, data)},
	}
	m.Config.Data = nil // older registries, such as Debian's, refuse the field
	m.Layers[0].Annotations = map[string]string{ocispec.AnnotationTitle: name}
	text, err := json.Marshal(m)
	return m, text, err
}

// Put implements [store.Backend].
func (r *registryBackend) Put(ctx context.Context, name string, data []byte) error {
	t, err := tagOf(name)
	if err != nil {
		return err
	}
	m, text, err := encodeManifest(name, data)
	if err == nil {
		err = r.putManifest(ctx, t, &m, text, data)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (r *registryBackend) putManifest(ctx context.Context, t string, m *ocispec.Manifest, text, data []byte) error {
	want := content.NewDescriptorFromBytes(m.MediaType, text)
	if old, err := r.repo.Resolve(ctx, t); err == nil && old.Digest == want.Digest {
		return nil
	}
	if err := r.pushBlob(ctx, m.Layers[0], data); err != nil {
		return err
	}
	if err := r.pushBlob(ctx, m.Config, ocispec.DescriptorEmptyJSON.Data); err != nil {
		return err
	}
	if err := r.repo.PushReference(ctx, want, bytes.NewReader(text), t); err != nil || !strings.HasPrefix(t, "pack.") {
		return err
	}
	if old, err := r.findLayer(ctx, latestTag); err == nil && m.Layers[0].Size < old.Size/2 {
		return nil // a small pack, of one run: latest stays on the large one
	}
	return r.repo.PushReference(ctx, want, bytes.NewReader(text), latestTag)
}

// latestTag is the only tag that moves from object to object.
const latestTag = "latest"

// pushBlob uploads a blob unless the registry has it.
func (r *registryBackend) pushBlob(ctx context.Context, d ocispec.Descriptor, data []byte) error {
	if there, err := r.repo.Blobs().Exists(ctx, d); err != nil || there {
		return err
	}
	err := r.repo.Blobs().Push(ctx, d, bytes.NewReader(data))
	if errors.Is(err, errdef.ErrAlreadyExists) {
		return nil
	}
	return err
}

// Get implements [store.Backend].
func (r *registryBackend) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	t, err := tagOf(name)
	if err != nil {
		return nil, err
	}
	data, err := readWhole(func() ([]byte, error) { return r.readLayer(ctx, t, limit) })
	if errors.Is(err, errdef.ErrNotFound) {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

func (r *registryBackend) readLayer(ctx context.Context, t string, limit int) ([]byte, error) {
	layer, err := r.findLayer(ctx, t)
	if err != nil {
		return nil, err
	}
	if layer.Size > int64(limit) {
		return nil, fmt.Errorf("%w: more than %d bytes", store.ErrTooLarge, limit)
	}
	return r.fetchBlob(ctx, layer)
}

// findLayer returns the only layer of the manifest with a tag.
func (r *registryBackend) findLayer(ctx context.Context, t string) (layer ocispec.Descriptor, err error) {
	d, body, err := r.repo.Manifests().FetchReference(ctx, t)
	if err != nil {
		return layer, err
	}
	defer body.Close()
	if d.Size > maxManifest {
		return layer, fmt.Errorf("%w: its manifest has %d bytes, more than %d", store.ErrCorrupt, d.Size, maxManifest)
	}
	text, err := readVerified(body, d)
	if err != nil {
		return layer, err
	}
	var m ocispec.Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return layer, fmt.Errorf("%w: read its manifest: %w", store.ErrCorrupt, err)
	}
	if len(m.Layers) != 1 {
		return layer, fmt.Errorf("%w: its manifest has %d layers, want 1", store.ErrCorrupt, len(m.Layers))
	}
	layer = m.Layers[0]
	if err := layer.Digest.Validate(); err != nil || layer.Digest.Algorithm() != digest.SHA256 || layer.Size < 0 {
		return layer, fmt.Errorf("%w: its layer is %.100q of %d bytes", store.ErrCorrupt, layer.Digest, layer.Size)
	}
	return layer, nil
}

func (r *registryBackend) fetchBlob(ctx context.Context, d ocispec.Descriptor) ([]byte, error) {
	body, err := r.repo.Blobs().Fetch(ctx, d)
	if errors.Is(err, errdef.ErrNotFound) {
		return nil, fmt.Errorf("%w: its layer %s is not there", store.ErrCorrupt, d.Digest)
	}
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return readVerified(body, d)
}

// readVerified reads a body and compares it with its descriptor. A mismatch is
// [store.ErrCorrupt]; a connection that broke is not.
func readVerified(body io.Reader, d ocispec.Descriptor) ([]byte, error) {
	data, err := content.ReadAll(body, d)
	for _, bad := range []error{content.ErrMismatchedDigest, content.ErrTrailingData, content.ErrInvalidDescriptorSize} {
		if errors.Is(err, bad) {
			return nil, fmt.Errorf("%w: %w", store.ErrCorrupt, err)
		}
	}
	return data, err
}

// List implements [store.Backend]. It skips tags that no object of a store has.
func (r *registryBackend) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		enough := errors.New("enough")
		pages := 0
		err := r.repo.Tags(ctx, "", func(tags []string) error {
			if pages++; pages > maxPages {
				return tooManyPages()
			}
			for _, t := range tags {
				if name, ok := nameOf(kind, t); ok && !yield(name, nil) {
					return enough
				}
			}
			return nil
		})
		if err != nil && err != enough && httpStatus(err) != http.StatusNotFound { // 404: nobody wrote to the repository yet
			yield("", err)
		}
	}
}

// httpStatus returns the HTTP status of an error, 0 if the error has none.
func httpStatus(err error) int {
	var e *errcode.ErrorResponse
	if errors.As(err, &e) {
		return e.StatusCode
	}
	return 0
}

// Delete implements [store.Backend].
func (r *registryBackend) Delete(ctx context.Context, name string) error {
	t, err := tagOf(name)
	if err != nil {
		return err
	}
	if err := r.deleteManifest(ctx, t); err != nil && !errors.Is(err, errdef.ErrNotFound) {
		if s := httpStatus(err); s == http.StatusMethodNotAllowed || s == http.StatusBadRequest {
			err = fmt.Errorf("%w: the registry does not let tags be deleted", err)
		}
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}

// deleteManifest deletes a manifest by its digest, which every registry with deletion supports,
// and then the tag, if the registry kept it.
func (r *registryBackend) deleteManifest(ctx context.Context, t string) error {
	d, err := r.repo.Resolve(ctx, t)
	if err != nil {
		return err
	}
	if err := r.repo.Manifests().Delete(ctx, d); err != nil && !errors.Is(err, errdef.ErrNotFound) {
		return err
	}
	if _, err := r.repo.Resolve(ctx, t); err != nil {
		return err
	}
	return r.deleteTag(ctx, t)
}

func (r *registryBackend) deleteTag(ctx context.Context, t string) error {
	ref := r.repo.Reference
	ctx = auth.AppendRepositoryScope(ctx, ref, auth.ActionPull, auth.ActionDelete)
	scheme := "https"
	if r.repo.PlainHTTP {
		scheme = "http"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodDelete, fmt.Sprintf("%s://%s/v2/%s/manifests/%s", scheme, ref.Host(), ref.Repository, t), nil)
	if err != nil {
		return err
	}
	resp, err := r.repo.Client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusAccepted, http.StatusOK, http.StatusNotFound:
		return nil
	}
	return &errcode.ErrorResponse{Method: req.Method, URL: req.URL, StatusCode: resp.StatusCode}
}
