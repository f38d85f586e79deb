package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
)

// Backend keeps named, immutable objects. It need not know what they are: the store
// verifies all it reads. Many processes may use the same one at the same time.
//
// A name is KIND/REST: letters, digits, ".", "_" and "-" around one slash; neither part
// starts with a dot.
type Backend interface {
	// Put stores an object. When it returns nil the object is there whole and for good;
	// after an error, or if the process is killed, it is there whole or not at all. An
	// object that is there with these very bytes is left alone.
	Put(ctx context.Context, name string, data []byte) error

	// Get reads an object. The error is [fs.ErrNotExist] if there is none, and
	// [ErrTooLarge] if it has more bytes than the limit, of which no more is read.
	Get(ctx context.Context, name string, limit int) ([]byte, error)

	// List yields the names of a kind in any order. Objects that come or go meanwhile may
	// be among them or not.
	List(ctx context.Context, kind string) iter.Seq2[string, error]

	// Delete removes an object; one that is not there is no error.
	Delete(ctx context.Context, name string) error
}

// ErrTooLarge is the reason for which an object is refused that is beyond a limit.
var ErrTooLarge = errors.New("too large")

// CheckName refuses what is not the name of an object. Backends call it before they
// make a path or a key of a name.
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
