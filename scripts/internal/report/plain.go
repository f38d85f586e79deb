package report

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/model"
)

// maxBlock is how many bytes of a trace, a conversation or the like are shown.
const maxBlock = 16 << 10

// clipBlock returns several lines as plain text, and cuts them after maxBlock bytes.
func clipBlock(text string) string {
	if len(text) > maxBlock {
		text = strings.ToValidUTF8(text[:maxBlock], "") + fmt.Sprintf("\n... and %d bytes more", len(text)-maxBlock)
	}
	return model.Plain(text)
}

// maxFlat is how many characters of a text are shown on one line.
const maxFlat = 500

// oneLine returns plain text on one line, without the middle of a long one.
func oneLine(text string) string {
	return model.Plain(elide(strings.Join(strings.Fields(text), " "), maxFlat))
}

// endSentence returns a sentence on one line, with one full stop.
func endSentence(sentence string) string { return strings.TrimRight(oneLine(sentence), ".") + "." }

// elide cuts the middle out of a text of more than n characters.
func elide(text string, n int) string {
	count := utf8.RuneCountInString(text)
	if count <= n {
		return text
	}
	runes := []rune(text)
	tail := (n - 1) / 2
	return string(runes[:n-1-tail]) + "…" + string(runes[count-tail:])
}

// countText writes a number, and whether it may be more.
func countText(n int64, atLeast bool) string {
	if atLeast {
		return "≥ " + number(n)
	}
	return number(n)
}

// number writes an integer with its thousands apart: 12,345.
func number(n any) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
