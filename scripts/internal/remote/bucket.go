package remote

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"strings"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/gcsblob" // gs://
	_ "gocloud.dev/blob/s3blob"  // s3://
	"gocloud.dev/gcerrors"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// Bucket is a backend in an object store. The object KIND/REST has the key
// PREFIX/KIND/REST. An upload is there whole or not at all, and overwriting leaves
// nobody without one of the two: that is all it asks of the service.
type Bucket struct {
	b *blob.Bucket
}

// OpenBucket opens a bucket by its URL, s3://BUCKET/PREFIX or gs://BUCKET/PREFIX. The
// query of the URL has the settings of gocloud.dev/blob: endpoint, region,
// use_path_style and others for services that speak S3.
func OpenBucket(ctx context.Context, where string) (*Bucket, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, fmt.Errorf("open a store: %w", err)
	}
	prefix := strings.Trim(u.Path, "/")
	u.Path = ""
	b, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, fmt.Errorf("open the store in %s: %w", where, err)
	}
	if prefix != "" {
		b = blob.PrefixedBucket(b, prefix+"/")
	}
	return &Bucket{b}, nil
}

// Close ends the use of the bucket.
func (b *Bucket) Close() error { return b.b.Close() }

// Put implements [store.Backend]. An object whose bytes differ is replaced: it was damaged.
func (b *Bucket) Put(ctx context.Context, name string, data []byte) error {
	if err := store.CheckName(name); err != nil {
		return err
	}
	err := b.write(ctx, name, data, true)
	if err == nil {
		return nil
	}
	if gcerrors.Code(err) == gcerrors.FailedPrecondition { // it is there
		if old, err := b.Get(ctx, name, len(data)); err == nil && bytes.Equal(old, data) {
			return nil
		}
	}
	// There are services that know no conditions. Nor is one needed.
	if err := b.write(ctx, name, data, false); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

func (b *Bucket) write(ctx context.Context, name string, data []byte, ifNew bool) error {
	sum := md5.Sum(data)
	return b.b.WriteAll(ctx, name, data, &blob.WriterOptions{
		BufferSize:  max(len(data)+1, 5<<20), // in one request: parts would outlive a killed writer
		ContentType: "application/octet-stream",
		ContentMD5:  sum[:],
		IfNotExist:  ifNew,
	})
}

// Get implements [store.Backend].
func (b *Bucket) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	if err := store.CheckName(name); err != nil {
		return nil, err
	}
	data, err := whole(func() ([]byte, error) { return b.read(ctx, name, limit) })
	if err != nil {
		if gcerrors.Code(err) == gcerrors.NotFound {
			return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
		}
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

func (b *Bucket) read(ctx context.Context, name string, limit int) ([]byte, error) {
	r, err := b.b.NewReader(ctx, name, nil)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if r.Size() > int64(limit) {
		return nil, fmt.Errorf("%w: more than %d bytes", store.ErrTooLarge, limit)
	}
	data := make([]byte, r.Size())
	_, err = io.ReadFull(r, data)
	return data, err
}

// List implements [store.Backend]. Keys that are not those of objects are read over.
func (b *Bucket) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		objects := b.b.List(&blob.ListOptions{Prefix: kind + "/"})
		for {
			o, err := objects.Next(ctx)
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield("", fmt.Errorf("list %s: %w", kind, err))
				return
			}
			if store.CheckName(o.Key) == nil && !yield(o.Key, nil) {
				return
			}
		}
	}
}

// Delete implements [store.Backend].
func (b *Bucket) Delete(ctx context.Context, name string) error {
	if err := store.CheckName(name); err != nil {
		return err
	}
	if err := b.b.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	return nil
}
