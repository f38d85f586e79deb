package specimen

import (
	"testing"

	"github.com/pongcheck/pongcheck/frame"
)

// What Python says of bytes that it cannot decode.
func TestBadText(t *testing.T) {
	for _, c := range []struct {
		text   string
		at     int
		reason string
	}{
		{"", 0, ""},
		{"h\xc3\xa9", 0, ""},
		{"\xff", 0, "invalid start byte"},
		{"ab\x80", 2, "invalid start byte"},
		{"\xc0\x80", 0, "invalid start byte"},
		{"a\xe2\x82", 1, unfinished},
		{"\xe2\x82a", 0, "invalid continuation byte"},
		{"\xe0\x80\x80", 0, "invalid continuation byte"},
		{"\xed\xa0\x80", 0, "invalid continuation byte"},
		{"\xf0\x9f\x98", 0, unfinished},
		{"\xf5\x80\x80\x80", 0, "invalid start byte"},
		{"\xc3", 0, unfinished},
	} {
		if at, reason := badText(c.text); at != c.at || reason != c.reason {
			t.Errorf("%q: got %s at %d, want %s at %d", c.text, reason, at, c.reason, c.at)
		}
	}
}

// A server says why it fails a connection; the first reason in Python's order.
func TestViolations(t *testing.T) {
	key := "\x37\xfa\x21\x3d"
	for _, c := range []struct{ bytes, want string }{
		{"\x89\x80" + key, ""},
		{"\x8b\x80", "invalid opcode"}, // before the frame is whole
		{"\x89\x00", "incorrect masking"},
		{"\x8b\x00", "invalid opcode"},
		{"\xc9\x80" + key, "reserved bits must be 0"},
		{"\x09\x80" + key, "fragmented control frame"},
		{"\x80\x80" + key, "unexpected continuation frame"},
		{"\x89\xfe\x00\x00" + key, ""}, // a length in more bytes than needed is accepted
		{"\x82\xff\x80\x00\x00\x00\x00\x00\x00\x01" + key, "frame with 9223372036854775809 bytes exceeds limit of 1048576 bytes"},
		{"\x02\x80" + key + "\x82\x80" + key, "expected a continuation frame"},
		{"\x02\x81" + key + "a\x80\xff\x00\x00\x00\x00\x00\x10\x00\x00" + key,
			"frame with 1048576 bytes after reading 1 bytes exceeds limit of 1048576 bytes"},
	} {
		for _, cut := range []int{1, 2, len(c.bytes)} {
			if got := readAll(c.bytes, cut); got != c.want {
				t.Errorf("% x, %d bytes at a time: got %q, want %q", c.bytes, cut, got, c.want)
			}
		}
	}
}

func readAll(s string, cut int) string {
	var p parser
	p.reset(frame.Server)
	for len(s) > 0 {
		b := []byte(s[:min(cut, len(s))])
		s = s[len(b):]
		for len(b) > 0 {
			_, bad, n := p.nextFrame(b)
			if bad != (violation{}) {
				return bad.reason
			}
			b = b[n:]
		}
	}
	return ""
}

func TestParseClose(t *testing.T) {
	for data, want := range map[string]violation{
		"":                 {},
		"\x03":             {frame.ProtocolError, "close frame too short"},
		"\x03\xe8":         {},
		"\x03\xe8bye":      {},
		"\x03\xed":         {frame.ProtocolError, "invalid status code"},
		"\x03\xe8\xff":     {frame.InvalidPayload, "invalid start byte at position 0"},
		"\x03\xed\xe2\x82": {frame.InvalidPayload, unfinished + " at position 0"},
	} {
		if _, got := parseClose(data); got != want {
			t.Errorf("% x: got %v, want %v", data, got, want)
		}
	}
	if code, _ := parseClose(""); code != noStatus {
		t.Errorf("no code: got %d", code)
	}
}
