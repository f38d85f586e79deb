// Package remote has the backends of package store that teams share: object stores
// and OCI registries.
//
// Open opens the store at a URL. Each kind of store is one type behind [Backend]: a folder,
// bucketBackend, registryBackend.
//
// # Buckets
//
// The URL of a bucket may have settings, as in s3://BUCKET/PREFIX?region=eu-west-1:
//
//	endpoint=URL          the service, if it is not Amazon's; or AWS_ENDPOINT_URL
//	region=NAME           or AWS_REGION, or the region of aws configure
//	profile=NAME          of aws configure; or AWS_PROFILE
//	use_path_style=true   for a service that takes the bucket from the path, not the host
//	disable_https=true    for an endpoint without a scheme
//	anonymous=true        for a bucket that everybody may read
//
// gs://BUCKET/PREFIX is a bucket of Google's, which speaks S3 at storage.googleapis.com.
//
// # Credentials
//
// An s3:// URL takes the credentials of the AWS tools: AWS_ACCESS_KEY_ID and
// AWS_SECRET_ACCESS_KEY, the file of aws configure, or the role of the machine. A profile
// with single sign-on needs aws configure export-credentials. A gs:// URL takes an HMAC key
// (gcloud storage hmac create) in the same two variables. An oci:// URL takes what docker
// login saved.
package remote

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// Backend is a backend that the caller closes after use.
type Backend interface {
	store.Backend
	io.Closer
}

// Open opens a store: a folder, by its path or as file:///PATH; a bucket, as
// s3://BUCKET/PREFIX or gs://BUCKET/PREFIX; a repository of a registry, as
// oci://HOST/REPOSITORY. Open creates a folder that does not exist, but no bucket.
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
		return openRegistry(rest)
	case "s3", "gs":
		return openBucket(where)
	}
	return nil, fmt.Errorf("open a store: %.200q: want a folder, or a URL with file://, s3://, gs:// or oci://", where)
}

func openFolder(path string) (Backend, error) {
	f, err := store.OpenFolder(path)
	if err != nil {
		return nil, err // not f: a nil *Folder is no nil Backend
	}
	return f, nil
}

// FilePath returns the path of the folder with the URL file:///PATH.
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
