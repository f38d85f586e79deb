package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// ID is the SHA-256 of an object's bytes; its text is 64 lower-case hex digits.
type ID [sha256.Size]byte

// Sum is the ID of an object.
func Sum(data []byte) ID { return sha256.Sum256(data) }

// ParseID reads the text of an ID: 64 lower-case hex digits, nothing else.
func ParseID(text string) (ID, error) {
	var id ID
	err := id.UnmarshalText([]byte(text))
	return id, err
}

// String is the text of an ID.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText is the text of an ID, for JSON.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText reads what MarshalText wrote; upper case is refused, so that each
// ID has one text.
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
