package main

import (
	"io"
	"os"
	"regexp"
	"strings"

	"golang.org/x/term"

	"github.com/pongcheck/pongcheck/model"
)

// styles are the characters that stand for colours in what the command writes. They are
// no characters of Unicode, so text from outside rarely has them.
var styles = map[rune]string{'\uFDD0': "\x1b[0m", '\uFDD1': "\x1b[31m", '\uFDD2': "\x1b[32m", '\uFDD3': "\x1b[33m"}

var colors = map[model.Verdict]string{model.FAILED: "\uFDD1", model.NonStrict: "\uFDD3", model.OK: "\uFDD2"}

const noColor = "\uFDD0"

// newPlain returns a writer through which all text for people goes: nothing that comes from
// outside reaches a terminal or a log of CI as anything but text.
func newPlain(w io.Writer) io.Writer {
	p := &model.PlainWriter{W: w}
	if wantsColor(w) {
		p.Styles = styles
	}
	return p
}

// unwrapPlain returns the writer below, for control sequences of the command's own.
func unwrapPlain(w io.Writer) io.Writer {
	if p, ok := w.(*model.PlainWriter); ok {
		return p.W
	}
	return w
}

// isTerminal reports whether w is a screen that can be written on again.
func isTerminal(w io.Writer) bool {
	f, ok := unwrapPlain(w).(*os.File)
	return ok && os.Getenv("TERM") != "dumb" && term.IsTerminal(int(f.Fd()))
}

// wantsColor reports whether w wants colours: see https://no-color.org.
func wantsColor(w io.Writer) bool { return os.Getenv("NO_COLOR") == "" && isTerminal(w) }

// Bounds of the width of prose, in columns. Output that is no terminal has maxWidth.
const (
	minWidth = 40
	maxWidth = 100
)

// widthOf returns how many columns prose on w may have.
func widthOf(w io.Writer) int {
	if isTerminal(w) {
		if width, _, err := term.GetSize(int(unwrapPlain(w).(*os.File).Fd())); err == nil && width > 0 {
			return max(minWidth, min(width, maxWidth))
		}
	}
	return maxWidth
}

// paintVerdict colours text as a verdict, where colours are wanted.
func (o *output) paintVerdict(v model.Verdict, text string) string {
	if c := colors[v]; o.color && c != "" {
		return c + text + noColor
	}
	return text
}

// paintFirst colours the verdict at the beginning of the line of a finding that has it.
func (o *output) paintFirst(v model.Verdict, text string) string {
	return strings.Replace(text, "\n"+v.String(), "\n"+o.paintVerdict(v, v.String()), 1)
}

// label begins a line of prose in an explanation.
var label = regexp.MustCompile(`^ {2,4}[a-z ]+(:| \() *`)

// maxMargin is how far the lines that continue a line of prose are indented at most.
const maxMargin = 11

// foldProse breaks the lines of prose of an explanation at a width, its first line and those
// with a label. An explanation comes broken at maxWidth: fold joins these lines first.
func foldProse(text string, width int) string {
	if width >= maxWidth {
		return text
	}
	var b strings.Builder
	head, text, _ := strings.Cut(text, "\n")
	joined, last, margin := head, head, "  "
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		word, _, _ := strings.Cut(strings.TrimPrefix(line, margin), " ")
		if margin != "" && strings.HasPrefix(line, margin) && word != "" && len(last)+1+len(word) > maxWidth {
			joined, last = joined+" "+strings.TrimPrefix(line, margin), line
			continue
		}
		b.WriteString(breakLine(joined, margin, width))
		joined, last, margin = line, line, strings.Repeat(" ", min(maxMargin, len(label.FindString(line))))
	}
	return b.String() + breakLine(joined, margin, width)
}

// breakLine breaks a line at blanks, and begins each part but the first with a margin. A
// line without a margin is no prose, and stays whole.
func breakLine(line, margin string, width int) string {
	var b strings.Builder
	for margin != "" && len(line) > width {
		at := strings.LastIndexByte(line[:width+1], ' ')
		if at <= len(margin) {
			break
		}
		b.WriteString(line[:at] + "\n")
		line = margin + line[at+1:]
	}
	return b.String() + line + "\n"
}
