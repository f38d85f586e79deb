package store

import (
	"cmp"
	"errors"
	"fmt"
)

// Limits. What is beyond them is neither written nor read.
const (
	MaxEntry  = 1 << 20 // bytes of an entry
	maxRecord = 1 << 18 // bytes of a record
)

// ErrCorrupt is the reason for which an object is refused that is not what its name or
// its index says.
var ErrCorrupt = errors.New("corrupt")

// Problem is an object that was refused. The rest of the store is as usable as if it
// were not there.
type Problem struct {
	Name string // of the object, with the pack that holds it, if one does
	Err  error
}

func (p Problem) String() string { return p.Name + ": " + p.Err.Error() }

// kind is what an object is. The order is that in which they are written: what is named
// before what names it.
type kind uint8

const (
	entryKind kind = iota
	recordKind
)

var kindNames = [...]string{"entry", "record"}

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

// checkBytes refuses bytes that are not those of the object.
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
