package wslog

import (
	"regexp"
	"strings"
)

// colours matches what terminals read as colours and cursor moves. Copying from a web page
// loses the ESC or spells it out: "[36m", "^[[36m", "#033[36m", "\x1b[36m".
var colours = regexp.MustCompile(`(?:\x1b|\^\[|#033|\\x1b|\\u001b|\\033|\x{fffd}|\x{241b})\[[0-9;?]*[A-Za-z]|\[(?:[0-9]{1,3};?)+m`)

// invisible has the characters that tools put between others, and nobody sees.
var invisible = strings.NewReplacer("\ufeff", "", "\u200b", "", "\u00a0", " ", "\r", "")

// cleanText removes colours, byte order marks and invisible characters. It leaves a line
// without any alone.
func cleanText(s string) string {
	if strings.IndexByte(s, 0x1b) >= 0 || hasColour(s) {
		s = colours.ReplaceAllString(s, "")
	}
	for _, odd := range []string{"\ufeff", "\u200b", "\u00a0", "\r"} {
		if strings.Contains(s, odd) {
			return invisible.Replace(s)
		}
	}
	return s
}

// hasColour reports whether s has a colour that lost its ESC: "[36m".
func hasColour(s string) bool {
	for {
		at := strings.IndexByte(s, '[')
		if at < 0 {
			return false
		}
		s = s[at+1:]
		if rest := strings.TrimLeft(s[:min(len(s), 12)], "0123456789;"); strings.HasPrefix(rest, "m") {
			return true
		}
	}
}
