// Package remote keeps the stores of package corpus/store where teams share them: in
// object stores and in OCI registries.
//
// # Index
//
//   - By URL: Open.
//   - An object store: OpenBucket, Bucket.
//   - A registry: OpenRegistry, Registry.
//
// Credentials are those that the machine has for its other tools: of the AWS CLI, of
// gcloud, of docker login.
package remote

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// Backend is a backend that is closed after use.
type Backend interface {
	store.Backend
	io.Closer
}

// Open opens the store at a place: a folder, by its path or as file:///PATH; an object
// store, as s3://BUCKET/PREFIX or gs://BUCKET/PREFIX; a repository of a registry, as
// oci://HOST/REPOSITORY. A folder is made if there is none; a bucket is not.
func Open(ctx context.Context, where string) (Backend, error) {
	scheme, rest, ok := strings.Cut(where, "://")
	if !ok {
		return openFolder(where)
	}
	switch scheme {
	case "file":
		path, err := FilePath(where)
		if err != nil {
			return nil, err
		}
		return openFolder(path)
	case "oci":
		return OpenRegistry(rest)
	case "s3", "gs":
		return OpenBucket(ctx, where)
	}
	return nil, fmt.Errorf("open a store: %.200q: want a folder, or a URL with file://, s3://, gs:// or oci://", where)
}

func openFolder(path string) (Backend, error) {
	f, err := store.OpenFolder(path)
	if err != nil {
		return nil, err // not f: that would be no nil
	}
	return f, nil
}

// FilePath is the path of a folder whose URL is file:///PATH.
func FilePath(where string) (string, error) {
	u, err := url.Parse(where)
	if err == nil && (u.Host != "" && u.Host != "localhost" || u.Path == "" || u.RawQuery != "" || u.Fragment != "") {
		err = fmt.Errorf("want file:///PATH")
	}
	if err != nil {
		return "", fmt.Errorf("open a store: %.200q: %w", where, err)
	}
	return filepath.FromSlash(u.Path), nil
}
