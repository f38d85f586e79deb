package nightly

import (
	"bytes"
	"slices"
	"time"
)

const (
	maxTries  = 500         // of a shrink: each is a process
	maxShrink = time.Minute // however long they take
)

// shrinkInput returns the simplest input that it finds for which fails is true, as it is for
// file: texts and byte slices are cut, from halves to single bytes, and what is left is
// replaced by zeros, byte by byte. Other arguments stay.
func shrinkInput(file []byte, fails func(file []byte) bool) []byte {
	a, tries, began := parseArgs(file), 0, time.Now()
	for i := range a.lines {
		if a.lines[i].kind == "" {
			continue
		}
		keeps := func(text []byte) bool {
			if tries++; tries > maxTries || time.Since(began) > maxShrink || !fails(a.withText(i, text)) {
				return false
			}
			a.lines[i].text = text
			return true
		}
		cutText(a.lines[i].text, keeps)
		zeroBytes(a.lines[i].text, keeps)
	}
	return a.withText(-1, nil)
}

// cutText leaves out all that keeps allows to leave out.
func cutText(text []byte, keeps func([]byte) bool) {
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

// zeroBytes makes bytes "0" where keeps allows that.
func zeroBytes(text []byte, keeps func([]byte) bool) {
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
