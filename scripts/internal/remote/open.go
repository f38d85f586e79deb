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
// login saved. No URL has credentials.
//
// # Bounds
//
// A service must begin its answer within a minute, and send it at 16 KiB a second. A store has
// at most [store.MaxListed] objects of a kind.
package remote

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
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
	b, err := openURL(scheme, where, rest)
	if err != nil {
		return nil, openError(where, err)
	}
	return b, nil
}

func openURL(scheme, where, rest string) (Backend, error) {
	if err := checkSecrets(where); err != nil {
		return nil, err
	}
	switch scheme {
	case "file":
		path, err := filePath(where)
		if err != nil {
			return nil, err
		}
		return openFolder(path)
	case "oci":
		return openRegistry(rest)
	case "s3", "gs":
		return openBucket(where)
	}
	return nil, errors.New("want a folder, or a URL with file://, s3://, gs:// or oci://")
}

func openFolder(path string) (Backend, error) {
	f, err := store.OpenFolder(path)
	if err != nil {
		return nil, err // not f: a nil *Folder is no nil Backend
	}
	return f, nil
}

// Exists reports whether a store exists. It looks for folders only: any other store is taken
// to exist.
func Exists(where string) (bool, error) {
	scheme, _, isURL := strings.Cut(where, "://")
	if isURL && scheme != "file" {
		return true, nil
	}
	path := where
	if isURL {
		var err error
		if path, err = filePath(where); err != nil {
			return false, openError(where, err)
		}
	}
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist), nil
}

func openError(where string, err error) error {
	return fmt.Errorf("open the store %.200q: %w", hideSecrets(where), err)
}

// filePath returns the path of the folder with the URL file:///PATH.
func filePath(where string) (string, error) {
	u, err := url.Parse(where)
	if err != nil {
		return "", reasonOf(err)
	}
	if u.Host != "" && u.Host != "localhost" || u.Path == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", errors.New("want file:///PATH")
	}
	return filepath.FromSlash(u.Path), nil
}
