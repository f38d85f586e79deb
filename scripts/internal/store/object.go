package store

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// Limits of objects. Larger ones are neither written nor read.
const (
	MaxEntry  = 1 << 20 // bytes of an entry
	maxRecord = 1 << 18 // bytes of a record
)

// ErrCorrupt says that the bytes of an object differ from what its name or its index says.
var ErrCorrupt = errors.New("corrupt")

// Problem is an object that the store refused. The rest of the store works as if that object were
// missing.
type Problem struct {
	Name string // of the object, with the pack that holds it, if one does
	Err  error
}

func (p Problem) String() string { return p.Name + ": " + p.Err.Error() }

// kind tells entries from records. The order of the constants is the order of writing: an entry
// before the record that names it.
type kind uint8

const (
	entryKind kind = iota
	recordKind
)

var kindNames = [...]string{"entry", "record"}

// maxSize returns how many bytes an object of this kind may have.
func (k kind) maxSize() int {
	if k == entryKind {
		return MaxEntry
	}
	return maxRecord
}

// key names an entry or a record.
type key struct {
	kind kind
	id   ID
}

func (k key) String() string { return kindNames[k.kind] + "/" + k.id.String() }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(k.kind, other.kind), k.id.Compare(other.id))
}

// checkBytes returns an error unless data are the bytes of the object.
func (k key) checkBytes(data []byte) error {
	if len(data) > k.kind.maxSize() {
		return fmt.Errorf("%w: more than %d bytes", ErrTooLarge, k.kind.maxSize())
	}
	if is := Sum(data); is != k.id {
		return fmt.Errorf("%w: its SHA-256 is %s", ErrCorrupt, is)
	}
	return nil
}

// object is an entry or a record with its bytes.
type object struct {
	key
	data []byte
}

func newObject(k kind, data []byte) object { return object{key{k, Sum(data)}, data} }

// ID is the SHA-256 of an object's bytes; its text is 64 lower-case hex digits.
type ID [sha256.Size]byte

// Sum returns the ID of an object with these bytes.
func Sum(data []byte) ID { return sha256.Sum256(data) }

// ParseID reads the text of an ID: 64 lower-case hex digits, nothing else.
func ParseID(text string) (ID, error) {
	var id ID
	err := id.UnmarshalText([]byte(text))
	return id, err
}

// String returns 64 lower-case hex digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText returns the same digits as String, for JSON.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText reads what MarshalText wrote. It refuses upper case, so that each ID has exactly
// one text.
func (id *ID) UnmarshalText(text []byte) error {
	var read ID
	if len(text) != hex.EncodedLen(len(read)) || bytes.ContainsAny(text, "ABCDEF") {
		return fmt.Errorf("%.80q is no ID: want 64 lower-case hex digits", text)
	}
	if _, err := hex.Decode(read[:], text); err != nil {
		return fmt.Errorf("%q is no ID: %w", text, err)
	}
	*id = read
	return nil
}

// Compare orders IDs by their bytes.
func (id ID) Compare(other ID) int { return bytes.Compare(id[:], other[:]) }
