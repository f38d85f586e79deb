package main

import (
	"strings"
	"testing"
)

// On a narrow screen prose is broken at blanks, what was broken at 100 columns is joined
// first, and drawings and traces stay as they are.
func TestFold(t *testing.T) {
	text := strings.Join([]string{
		"FAILED hang (contract), proved, seen in process, and longer than it ought to be",
		"  rule:    " + strings.Repeat("word ", 17) + "ends",
		"           here.",
		"  conversation (left):",
		"      1 ping 61                    |                                  |",
		"    ping 61",
		"",
	}, "\n")
	want := strings.Join([]string{
		"FAILED hang (contract), proved, seen in process, and longer than it ought to",
		"  be",
		"  rule:    word word word word word word word word word word word word word",
		"           word word word word ends here.",
		"  conversation (left):",
		"      1 ping 61                    |                                  |",
		"    ping 61",
		"",
	}, "\n")
	if got := foldProse(text, 76); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if got := foldProse(text, maxWidth); got != text {
		t.Errorf("at full width got\n%s", got)
	}
}
