package model

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Plain returns text from outside as a terminal, a log of CI and Markdown may show it: control
// characters, marks of direction and what else is not printable become escapes such as \u001b,
// and bytes that are no UTF-8 become \x80. Newlines and tabs stay. What CI would take for a
// command gets an escape: "::error::" at the beginning of a line, and "##[group]" anywhere, as
// the runner of GitHub reads them (ActionCommand.cs). Nothing is lost.
func Plain(text string) string {
	if isPlain(text) {
		return text
	}
	var b strings.Builder
	w := PlainWriter{W: &b}
	w.Write([]byte(text)) // a Builder does not fail
	w.Flush()
	return b.String()
}

// isPlain reports whether Plain returns a text as it is.
func isPlain(text string) bool {
	if strings.Contains(text, "::") || strings.Contains(text, "##[") {
		return false // perhaps
	}
	for i := 0; i < len(text); i++ {
		if c := text[i]; (c < ' ' || c >= 0x7f) && c != '\n' && c != '\t' {
			return false // perhaps
		}
	}
	return true
}

// A PlainWriter writes to W what [Plain] returns of all that is written to it. A character that
// is cut by the end of a Write is kept until the next one, or until Flush.
type PlainWriter struct {
	W io.Writer

	// Styles are characters that the program itself writes for control sequences, such as
	// colours. They are replaced by these. Text from outside should not have them.
	Styles map[rune]string

	cut    []byte // the beginning of a character
	begun  bool   // the line has more than blanks
	colon  bool   // the line has one colon, after blanks
	hashes int    // at the end of the line
	out    []byte
}

// Write implements [io.Writer].
func (w *PlainWriter) Write(p []byte) (int, error) {
	text := p
	if len(w.cut) > 0 {
		text = append(w.cut, p...)
	}
	w.out = w.out[:0]
	for len(text) > 0 {
		if !utf8.FullRune(text) {
			break
		}
		r, n := utf8.DecodeRune(text)
		w.add(r, text[:n])
		text = text[n:]
	}
	w.cut = append(w.cut[:0:0], text...)
	if _, err := w.W.Write(w.out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Flush writes what was kept.
func (w *PlainWriter) Flush() error {
	w.out = w.out[:0]
	for _, c := range w.cut {
		w.out = fmt.Appendf(w.out, `\x%02x`, c)
	}
	w.cut = nil
	_, err := w.W.Write(w.out)
	return err
}

// add appends a character to what is written.
func (w *PlainWriter) add(r rune, bytes []byte) {
	if r == '\n' {
		w.begun, w.colon, w.hashes = false, false, 0
		w.out = append(w.out, '\n')
		return
	}
	if w.endsCommand(r) {
		w.out = fmt.Appendf(w.out, `\u%04x`, r)
		return
	}
	switch style, ok := w.Styles[r]; {
	case ok:
		w.out = append(w.out, style...)
	case r == utf8.RuneError && len(bytes) == 1:
		w.out = fmt.Appendf(w.out, `\x%02x`, bytes[0])
	case r == '\t' || strconv.IsPrint(r):
		w.out = append(w.out, bytes...)
	case r > 0xffff:
		high, low := utf16.EncodeRune(r) // as JSON has it
		w.out = fmt.Appendf(w.out, `\u%04x\u%04x`, high, low)
	default:
		w.out = fmt.Appendf(w.out, `\u%04x`, r)
	}
}

// endsCommand takes the next character of a line. It reports whether CI would take the line for
// a command with it.
func (w *PlainWriter) endsCommand(r rune) bool {
	ends := r == ':' && w.colon || r == '[' && w.hashes >= 2
	w.colon = r == ':' && !w.begun
	w.begun = w.begun || r != ' ' && r != '\t'
	if r == '#' {
		w.hashes++
	} else {
		w.hashes = 0
	}
	return ends
}
