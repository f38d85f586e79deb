package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain is text in which everything is visible: what is not printed, or turns the
// direction of writing, becomes an escape. Lines stay lines, and tabs tabs.
func plain(text string) string {
	if !strings.ContainsFunc(text, isHidden) {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		switch {
		case !isHidden(r):
			b.WriteRune(r)
		case r < 0x80:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func isHidden(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }

// maxBlock is how much of a trace, a conversation or the like is shown, in bytes.
const maxBlock = 16 << 10

// clipBlock is plain text of several lines, of which no more than the beginning is shown.
func clipBlock(text string) string {
	if len(text) > maxBlock {
		text = strings.ToValidUTF8(text[:maxBlock], "") + fmt.Sprintf("\n... and %d bytes more", len(text)-maxBlock)
	}
	return plain(text)
}

// maxFlat is how much of a text is shown on one line, in characters.
const maxFlat = 500

// oneLine is plain text on one line; of a long one the middle is left out.
func oneLine(text string) string {
	return plain(elide(strings.Join(strings.Fields(text), " "), maxFlat))
}

// endSentence is a sentence on one line, with one full stop.
func endSentence(sentence string) string { return strings.TrimRight(oneLine(sentence), ".") + "." }

// elide cuts text to about n characters; its beginning and end are kept.
func elide(text string, n int) string {
	count := utf8.RuneCountInString(text)
	if count <= n {
		return text
	}
	runes := []rune(text)
	tail := (n - 1) / 2
	return string(runes[:n-1-tail]) + "…" + string(runes[count-tail:])
}

// countText is a number of what may be more.
func countText(n int64, atLeast bool) string {
	if atLeast {
		return "≥ " + number(n)
	}
	return number(n)
}

// number is an integer with its thousands apart: 12,345.
func number(n any) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
