package nightly

import (
	"bytes"
	"slices"
	"time"
)

const (
	maxTries  = 500         // of a shrink; each is a process
	maxShrink = time.Minute // after which no more is tried
)

// shrinkInput returns the simplest input it finds that fails as file does. It cuts pieces from
// strings and byte slices, from halves down to single bytes. Then it replaces the remaining
// bytes by the digit 0, one by one. Other arguments stay.
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

// cutText cuts all pieces that keeps allows to cut.
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

// zeroBytes replaces bytes by "0" where keeps allows it.
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
