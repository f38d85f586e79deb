package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
)

// Backend keeps named, immutable objects. It need not understand them: the store verifies every
// object that it reads. Many processes may use one backend at the same time.
//
// A name is KIND/REST. Both parts consist of letters, digits, ".", "_" and "-", and neither starts
// with a dot.
type Backend interface {
	// Put stores an object. If Put returns nil, the whole object is stored durably. After an error
	// or a kill, the backend has the whole object or nothing. Put leaves an object alone that
	// already has these bytes.
	Put(ctx context.Context, name string, data []byte) error

	// Get reads an object. The error is [fs.ErrNotExist] if there is none. It is [ErrTooLarge] if
	// the object has more bytes than limit; Get then reads no further.
	Get(ctx context.Context, name string, limit int) ([]byte, error)

	// List yields the names of one kind in any order. It may yield or miss objects that come or go
	// meanwhile.
	List(ctx context.Context, kind string) iter.Seq2[string, error]

	// Delete removes an object. It is no error if there is none.
	Delete(ctx context.Context, name string) error
}

// ErrTooLarge says that an object is beyond a limit.
var ErrTooLarge = errors.New("too large")

// MaxListed is how many objects of one kind a store may have. A service that lists more, or lists
// without end, is refused: a store remembers each name.
const MaxListed = 1 << 21

// ListNames yields the names of one kind. Its error is [ErrTooLarge]
// beyond [MaxListed] names.
func ListNames(ctx context.Context, b Backend, kind string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		n := 0
		for name, err := range b.List(ctx, kind) {
			if n++; err == nil && n > MaxListed {
				err = fmt.Errorf("%w: more than %d objects", ErrTooLarge, MaxListed)
			}
			if err != nil {
				yield("", fmt.Errorf("list %s: %w", kind, err))
				return
			}
			if !yield(name, nil) {
				return
			}
		}
	}
}

// CheckName returns an error unless name can name an object. A backend calls it before it makes a
// path or a key of a name.
func CheckName(name string) error {
	kind, rest, _ := strings.Cut(name, "/")
	for _, part := range []string{kind, rest} {
		if part == "" || len(part) > maxNamePart || part[0] == '.' || strings.ContainsFunc(part, notInName) {
			return fmt.Errorf("object name %.300q: want KIND/REST of letters, digits, dots, underscores and hyphens, at most %d each", name, maxNamePart)
		}
	}
	return nil
}

const maxNamePart = 200

func notInName(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-')
}

func missingError(name string) error {
	return &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
}

func tooLargeError(name string, limit int) error {
	return fmt.Errorf("read %s: %w: more than %d bytes", name, ErrTooLarge, limit)
}
