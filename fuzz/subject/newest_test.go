package subject

import (
	"strings"
	"testing"
	"time"
)

func TestNewestOn(t *testing.T) {
	const list = "CHECKED PACKAGE PINNED NEWEST RELEASED STATE\n2026-12-01 a.b/c v1.0.0 v1.0.0 2026-05-01 newest\n2026-12-02 d 1.0 1.1 2026-05-01 outdated\n"
	for _, tt := range []struct{ pkg, version, want string }{
		{"a.b/c", "v1.0.0", "2026-12-01"}, {"a.b/c", "v0.9.0", ""}, {"d", "1.0", ""}, {"d", "1.1", "2026-12-02"}, {"e", "1", ""},
	} {
		if got := newestOn(list, tt.pkg, tt.version); got != tt.want {
			t.Errorf("%s %s: got %q, want %q", tt.pkg, tt.version, got, tt.want)
		}
	}
}

// The list that is built in has a line for each package, so that every "newest release" has its
// date.
func TestNewestBuiltIn(t *testing.T) {
	for _, p := range Packages() {
		day := newestOn(newestReleases, p.Name, p.Pinned)
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			t.Errorf("%s %s: %v; run: pongcheck subjects -outdated >fuzz/subject/newest.txt", p.Name, p.Pinned, err)
		}
	}
	for line := range strings.Lines(newestReleases) {
		if strings.HasSuffix(strings.TrimSpace(line), "outdated") {
			t.Errorf("pin the newest: %s", line)
		}
	}
}
