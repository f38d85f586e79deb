package wslog

import (
	"fmt"
	"strings"
)

// Unread counts the lines that look like frames and cannot be read.
type Unread struct {
	Cut    int // the line in which a document of JSON is cut off or broken, 0 if it is whole
	Frames int
	First  int    // the line of the first
	Text   string // the first, shortened
	Why    string // it cannot be read
}

// maxShown bounds how much of a line is shown.
const maxShown = 120

func (u *Unread) addFrame(number int, text string) {
	if u.Frames++; u.Frames > 1 {
		return
	}
	u.First, u.Text = number, shortenText(strings.TrimSpace(text))
	u.Why = explainTorn(text)
}

// String says how many there are, and shows the first.
func (u *Unread) String() string {
	cut := ""
	if u.Cut > 0 {
		cut = fmt.Sprintf("the JSON is cut off or broken in line %d; ", u.Cut)
	}
	if u.Frames == 0 {
		return strings.TrimSuffix(cut, "; ")
	}
	noun := "frames"
	if u.Frames == 1 {
		noun = "frame"
	}
	return cut + fmt.Sprintf("%d %s cannot be read; line %d: %s: %s", u.Frames, noun, u.First, u.Why, u.Text)
}

// explainTorn says why a frame cannot be read.
func explainTorn(text string) string {
	if m := sizeForm.FindStringIndex(text); m != nil && strings.TrimSpace(text[m[1]:]) != "" {
		return fmt.Sprintf("%q stands behind the frame", shortenText(strings.TrimSpace(text[m[1]:])))
	}
	if strings.Contains(text, "Frame") || strings.Contains(text, "data=") {
		return "its fields are cut off or unknown"
	}
	return "its size is missing or its payload is not as the library prints it"
}

// shortenText returns a text that fits on a line, without what a terminal would obey.
func shortenText(s string) string {
	if len(s) > maxShown {
		s = s[:maxShown/2] + " ... " + s[len(s)-maxShown/3:]
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
