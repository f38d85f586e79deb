package main

import (
	"os"
	"testing"
)

// On a terminal a report is for reading there, in a file it is a page.
func TestReportOnATerminal(t *testing.T) {
	t.Setenv("TERM", "xterm")
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	for _, c := range []struct{ out, want string }{{"", "markdown"}, {t.TempDir() + "/page.html", "html"}} {
		r := &reportFlags{format: newChoice("html", "markdown"), out: c.out}
		s := &session{ctx: t.Context(), out: newOutput(null), err: null}
		if err := r.run(s, []string{t.TempDir()}); err != nil {
			t.Fatal(err)
		}
		if r.format.value != c.want {
			t.Errorf("-o %q: it was written as %s, want %s", c.out, r.format.value, c.want)
		}
	}
}
