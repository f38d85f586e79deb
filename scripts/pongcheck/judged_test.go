package main

import (
	"fmt"
	"strings"
	"testing"
)

// What is wrong at op 5000 is read without 9,999 other lines.
func TestExcerpt(t *testing.T) {
	var b strings.Builder
	b.WriteString("FAILED hang\n  conversation:\n    subject  peer\n")
	for n := range 10000 {
		fmt.Fprintf(&b, "    %3d ping 61\n", n+1)
	}
	got := excerpt(b.String(), 5000)
	for _, want := range []string{"FAILED hang\n", "lines 4981 to 5020 of 10001", "subject  peer\n", " 4980 ping", " 5000 ping", " 5019 ping"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
	if n := strings.Count(got, "\n"); n > 50 {
		t.Errorf("%d lines", n)
	}
	if short := "x\n  conversation:\n    1 ping\n"; excerpt(short, 1) != short {
		t.Error("a short one was cut")
	}
}
