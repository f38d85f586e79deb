package main

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/subject"
)

// Where in doubt, a version is the newest.
func TestIsNewest(t *testing.T) {
	older := 0
	for _, e := range subject.All() {
		if got := isNewest(e.Name, e.Version); got != e.Newest {
			t.Errorf("%s: newest %t, want %t", &e, got, e.Newest)
		}
		if !e.Newest {
			older++
		}
		for _, version := range []string{"", "(devel)", e.Version + "+incompatible", "v99.0.0"} {
			if !isNewest(e.Name, version) {
				t.Errorf("%s@%s may be the newest", e.Name, version)
			}
		}
	}
	if older == 0 || isNewest("mylib", "v1.0.0") {
		t.Error("all is the newest")
	}
}

// On a terminal a report is for reading there, elsewhere and in a file it is a page.
func TestReportOnATerminal(t *testing.T) {
	for _, c := range []struct {
		format, out string
		terminal    bool
		want        string
	}{
		{"", "", true, "markdown"},
		{"", "", false, "html"},
		{"", "page.html", true, "html"},
		{"json", "", true, "json"},
	} {
		r := &reportFlags{format: &choice{value: c.format}, out: c.out}
		if files, err := r.outputFiles(nil, c.terminal); err != nil || len(files) != 1 || files[0].format != c.want {
			t.Errorf("%+v: %v, %v", c, files, err)
		}
	}
}
