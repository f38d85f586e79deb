package remote

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"strings"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// bucketBackend is a backend in a bucket of an object store that speaks S3. The object
// KIND/REST has the key PREFIX/KIND/REST. It asks two things of the service: an upload is
// stored whole or not at all, and a reader meanwhile gets the old object or the new one.
type bucketBackend struct {
	s3     *s3Client
	prefix string // of all keys: empty, or ends with a slash
}

// openBucket opens a bucket by its URL, s3://BUCKET/PREFIX or gs://BUCKET/PREFIX, with the
// settings that the package comment lists. It sends no request to the bucket.
func openBucket(where string) (*bucketBackend, error) {
	client, prefix, err := openS3(where)
	if err != nil {
		return nil, err
	}
	if prefix != "" {
		prefix += "/"
	}
	return &bucketBackend{client, prefix}, nil
}

// Close closes the idle connections to the service.
func (b *bucketBackend) Close() error {
	b.s3.http.CloseIdleConnections()
	return nil
}

// Put implements [store.Backend]. It replaces a damaged object, whose bytes differ.
func (b *bucketBackend) Put(ctx context.Context, name string, data []byte) error {
	if err := store.CheckName(name); err != nil {
		return err
	}
	err := b.putIfAbsent(ctx, name, data)
	if refused, ok := errors.AsType[*refusal](err); ok {
		if refused.status == http.StatusPreconditionFailed && b.hasBytes(ctx, name, data) {
			return nil
		}
		// The object is damaged, or the service does not support conditions.
		err = b.s3.sendAndClose(ctx, request{method: http.MethodPut, key: b.prefix + name, body: data})
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// putIfAbsent uploads an object unless there is one with its name: a bucket that keeps
// versions should not get one for each writer.
func (b *bucketBackend) putIfAbsent(ctx context.Context, name string, data []byte) error {
	return b.s3.sendAndClose(ctx, request{method: http.MethodPut, key: b.prefix + name, body: data, ifAbsent: true})
}

// hasBytes reports whether the bucket has an object with these bytes.
func (b *bucketBackend) hasBytes(ctx context.Context, name string, data []byte) bool {
	stored, err := b.Get(ctx, name, len(data))
	return err == nil && bytes.Equal(stored, data)
}

// Get implements [store.Backend].
func (b *bucketBackend) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	if err := store.CheckName(name); err != nil {
		return nil, err
	}
	data, err := readWhole(func() ([]byte, error) { return b.readObject(ctx, name, limit) })
	if isNoSuchKey(err) {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

func (b *bucketBackend) readObject(ctx context.Context, name string, limit int) ([]byte, error) {
	resp, err := b.s3.send(ctx, request{method: http.MethodGet, key: b.prefix + name})
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	return readAtMost(resp.Body, resp.ContentLength, limit)
}

// readAtMost reads a body of the declared length, -1 if it is not known.
func readAtMost(body io.Reader, declared int64, limit int) ([]byte, error) {
	tooLarge := fmt.Errorf("%w: more than %d bytes", store.ErrTooLarge, limit)
	if declared > int64(limit) {
		return nil, tooLarge
	}
	data, err := io.ReadAll(io.LimitReader(body, int64(limit)+1))
	if err == nil && len(data) > limit {
		return nil, tooLarge
	}
	return data, err
}

// List implements [store.Backend]. It skips keys that no object of a store has.
func (b *bucketBackend) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		for key, err := range b.s3.listKeys(ctx, b.prefix+kind+"/") {
			if err != nil {
				yield("", err)
				return
			}
			name := strings.TrimPrefix(key, b.prefix)
			if store.CheckName(name) == nil && !yield(name, nil) {
				return
			}
		}
	}
}

// Delete implements [store.Backend].
func (b *bucketBackend) Delete(ctx context.Context, name string) error {
	if err := store.CheckName(name); err != nil {
		return err
	}
	err := b.s3.sendAndClose(ctx, request{method: http.MethodDelete, key: b.prefix + name})
	if err != nil && !isNoSuchKey(err) {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}
