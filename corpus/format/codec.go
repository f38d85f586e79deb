package format

import (
	"bytes"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// Codec is a format with one file for each input.
type Codec struct {
	Name  string // for Find
	About string // one line for people
	// Encode returns the file for an input. An error says why the format cannot express it.
	Encode func(Input) ([]byte, error)
	// Decode returns the input in a file. Its bytes may be part of the file's own.
	Decode func(file []byte) (Input, error)
	// Base returns the name that the engine would give to file n of a folder.
	Base func(n int, file []byte) string
	// Reads reports whether a file with this name is an input.
	Reads func(base string) bool
}

// Codecs returns all codecs.
func Codecs() []Codec {
	return []Codec{
		{"go", "go test -fuzz: testdata/fuzz and the cache; any arguments", encodeGo, decodeGo, shortSum, anyName},
		{"raw", "the bytes, named by their SHA-256", Input.rawBytes, decodeRaw, longSum, anyName},
		{"libfuzzer", "the bytes, named by their SHA-1 as libFuzzer does", Input.rawBytes, decodeRaw, sha1Sum, anyName},
		{"afl", "the queue of AFL: the bytes in files id:000000,...", Input.rawBytes, decodeRaw, queueName, isQueueName},
		{"gofuzzbuild1", "libFuzzer by go-118-fuzz-build v1: a length, then the bytes", encodeLength, decodeLength, sha1Sum, anyName},
		{"gofuzzbuild2", "libFuzzer by go-118-fuzz-build v2: a weight, then the bytes", encodeWeight, decodeWeight, sha1Sum, anyName},
		{"trace", "traces as text; other bytes become those of the trace they decode to", encodeTrace, decodeTrace, traceName, isTraceName},
	}
}

// Find returns the codec with this name.
func Find(name string) (Codec, error) {
	var names []string
	for _, c := range Codecs() {
		if c.Name == name {
			return c, nil
		}
		names = append(names, c.Name)
	}
	return Codec{}, fmt.Errorf("format %.80q: want one of %s", name, strings.Join(names, ", "))
}

// Detect returns the codec that the first line of a file shows: go, trace, or else raw.
func Detect(file []byte) Codec {
	name := "raw"
	line, _, _ := bytes.Cut(file, []byte("\n"))
	switch string(bytes.TrimSpace(line)) {
	case goMagic:
		name = "go"
	case model.Version:
		name = "trace"
	}
	c, _ := Find(name) // it is there
	return c
}

func decodeRaw(file []byte) (Input, error) { return Input{Form: Raw, Data: file}, nil }

func encodeTrace(in Input) ([]byte, error) {
	data, err := in.rawBytes()
	if err != nil {
		return nil, err
	}
	return []byte(text.Decode(data).String()), nil
}

func decodeTrace(file []byte) (Input, error) {
	t, err := text.ParseString(string(file))
	if err != nil {
		return Input{}, err
	}
	return Input{Form: Trace, Data: text.Encode(t.Trace())}, nil
}

// shortSum names a file as go test does.
func shortSum(_ int, file []byte) string { return longSum(0, file)[:16] }

func longSum(_ int, file []byte) string {
	sum := sha256.Sum256(file)
	return hex.EncodeToString(sum[:])
}

func sha1Sum(_ int, file []byte) string {
	sum := sha1.Sum(file)
	return hex.EncodeToString(sum[:])
}

func queueName(n int, file []byte) string {
	return fmt.Sprintf("id:%06d,orig:%s", n, shortSum(n, file))
}

func traceName(n int, file []byte) string { return shortSum(n, file) + ".txt" }

func anyName(base string) bool     { return !strings.HasPrefix(base, ".") }
func isQueueName(base string) bool { return strings.HasPrefix(base, "id:") }
func isTraceName(base string) bool { return anyName(base) && strings.HasSuffix(base, ".txt") }
