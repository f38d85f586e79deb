package remote

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// maxTag is how long a tag may be: see the distribution specification of OCI.
const maxTag = 128

// A rest never starts with a dot: after two of them it ends in a hash that is written
// shorter.
const shortHashMark = ".."

const (
	hexHash   = 64 // digits of a SHA-256
	shortHash = 43 // the same in base64
)

// tagOf is the tag of an object: KIND.REST. What is too long for a tag, and ends in a
// SHA-256, is KIND..REST with the hash in base64.
func tagOf(name string) (string, error) {
	if err := store.CheckName(name); err != nil {
		return "", err
	}
	kind, rest, _ := strings.Cut(name, "/")
	if strings.Contains(kind, ".") {
		return "", fmt.Errorf("object name %q: a kind with a dot has no tag", name)
	}
	if len(kind)+len(".")+len(rest) <= maxTag {
		return kind + "." + rest, nil
	}
	start := max(0, len(rest)-hexHash)
	hash, err := hex.DecodeString(rest[start:])
	t := kind + shortHashMark + rest[:start] + base64.RawURLEncoding.EncodeToString(hash)
	if err != nil || len(t) > maxTag {
		return "", fmt.Errorf("object name %q: too long for a tag of %d bytes", name, maxTag)
	}
	return t, nil
}

// nameOf is the object of a kind that has a tag, if it is one.
func nameOf(kind, of string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(of, kind+".")
	if !ok {
		return "", false
	}
	if long, ok := strings.CutPrefix(rest, "."); ok && len(long) >= shortHash {
		start := len(long) - shortHash
		hash, err := base64.RawURLEncoding.DecodeString(long[start:])
		if err != nil {
			return "", false
		}
		rest = long[:start] + hex.EncodeToString(hash)
	}
	name = kind + "/" + rest
	back, err := tagOf(name)
	return name, err == nil && back == of // each object has one tag
}
