package nightly

import (
	"bytes"
	"slices"
	"time"
)

// triesFor is how many tries a shrink has, each of which is a process that takes so long.
func triesFor(each time.Duration) int {
	return int(min(500, max(20, time.Minute/max(each, time.Millisecond))))
}

// shrink returns the simplest input that it finds in so many tries for which fails is true,
// as it is for file: texts and byte slices are cut, from halves to single bytes, and what is left is
// replaced by zeros, byte by byte. Other arguments stay.
func shrink(file []byte, tries int, fails func(file []byte) bool) []byte {
	a := parseArgs(file)
	for i := range a.lines {
		if a.lines[i].kind == "" {
			continue
		}
		keeps := func(text []byte) bool {
			if tries--; tries < 0 || !fails(a.with(i, text)) {
				return false
			}
			a.lines[i].text = text
			return true
		}
		cut(a.lines[i].text, keeps)
		zero(a.lines[i].text, keeps)
	}
	return a.with(-1, nil)
}

// cut leaves out all that keeps allows to leave out.
func cut(text []byte, keeps func([]byte) bool) {
	for n := len(text); n > 0; {
		shorter := false
		for at := 0; at < len(text); {
			without := slices.Concat(text[:at], text[min(at+n, len(text)):])
			if keeps(without) {
				text, shorter = without, true
			} else {
				at += n
			}
		}
		if n == 1 && !shorter {
			return
		}
		if n > 1 {
			n = (n + 1) / 2
		}
		n = min(n, len(text))
	}
}

// zero makes bytes "0" where keeps allows that.
func zero(text []byte, keeps func([]byte) bool) {
	for i := range text {
		if text[i] == '0' {
			continue
		}
		simpler := bytes.Clone(text)
		if simpler[i] = '0'; keeps(simpler) {
			text = simpler
		}
	}
}
