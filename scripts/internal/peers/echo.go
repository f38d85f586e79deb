package peers

import (
	"strings"

	"github.com/pongcheck/pongcheck/frame"
)

// blanks are the bytes that a trimming peer trims: ASCII white space, and NUL.
const blanks = "\t\n\v\f\r \x00"

func echoSame(s string) string { return s }

func echoCString(s string) string {
	cut, _, _ := strings.Cut(s, "\x00")
	return cut
}

func echoTrimmed(s string) string { return strings.Trim(s, blanks) }

// echoUTF8 decodes s as text and encodes it again. A bad byte becomes three, so that the
// text is cut to what a Pong can hold.
func echoUTF8(s string) string {
	t := string([]rune(s))
	return t[:min(len(t), frame.MaxControl)]
}

func echoConstant(c string) func(string) string {
	return func(string) string { return c }
}

func echoFlipped(s string) string {
	if s == "" {
		return s
	}
	b := []byte(s)
	b[len(b)-1] ^= 1
	return string(b)
}
