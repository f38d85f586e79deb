package nightly

import (
	"bytes"
	"testing"

	"github.com/pongcheck/pongcheck/corpus/format"
)

func TestShrink(t *testing.T) {
	for _, c := range []struct {
		why, in, want string
		fails         func(a args) bool
	}{
		{"what is not needed is cut", `[]byte("some Xtext Y")`, `[]byte("XY")`,
			func(a args) bool {
				return bytes.Contains(bytes.ReplaceAll(a.lines[0].text, []byte("0"), nil), []byte("X")) && bytes.HasSuffix(a.lines[0].text, []byte("Y"))
			}},
		{"what must only be there is zero", `string("abcdef")`, `string("000")`, func(a args) bool { return len(a.lines[0].text) >= 3 }},
		{"each argument, and other types stay", "[]byte(\"abc\")\nint(7)\nstring(\"q\\nr\")", "[]byte(\"\")\nint(7)\nstring(\"\\n\")",
			func(a args) bool { return a.lines[1].line == "int(7)" && bytes.Contains(a.lines[2].text, []byte("\n")) }},
		{"nothing to cut", "bool(true)", "bool(true)", func(args) bool { return true }},
	} {
		head := "go test fuzz v1\n"
		got := shrinkInput([]byte(head+c.in+"\n"), func(file []byte) bool { return c.fails(parseArgs(file)) })
		if want := head + c.want + "\n"; string(got) != want {
			t.Errorf("%s: %q, want %q", c.why, got, want)
		}
	}
}

// A shrink of an input that is large and cannot be cut ends.
func TestShrinkEnds(t *testing.T) {
	file, tries := format.GoFile(bytes.Repeat([]byte("x"), 10_000)), 0
	got := shrinkInput(file, func([]byte) bool { tries++; return false })
	if !bytes.Equal(got, file) || tries != maxTries {
		t.Errorf("%d bytes after %d tries, want all after %d", len(got), tries, maxTries)
	}
}
