package remote

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// maxTag is the longest tag that the distribution specification of OCI allows.
const maxTag = 128

// shortHashMark stands between KIND and a REST whose hash is in base64. It is unambiguous,
// since no REST starts with a dot.
const shortHashMark = ".."

const (
	hexHash   = 64 // digits of a SHA-256
	shortHash = 43 // the same in base64
)

// tagOf returns the tag of an object: KIND.REST. If that is too long for a tag and REST ends
// with a SHA-256, the tag is KIND..REST with the hash in base64.
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

// nameOf returns the name of the object of a kind with this tag; ok is false if no object has it.
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
