package subject

import (
	_ "embed"
	"strings"
)

//go:embed newest.txt
var newestReleases string

// Package is what a registry has releases of: a Go module, or a project of PyPI.
type Package struct {
	Name     string
	Language string // of its registry: "go", "python"
	Pinned   string // the newest version that is pinned here
}

// Packages returns the packages of all subjects, each once.
func Packages() (all []Package) {
	seen := map[string]bool{}
	for _, e := range All() {
		if e.Newest && !seen[e.Package] {
			seen[e.Package] = true
			all = append(all, Package{e.Package, e.Language, e.Version})
		}
	}
	return all
}

// NewestOn returns the day, as 2006-01-02, on which the registry had no newer release than the
// entry's version. It is empty if nobody has established that. The list newest.txt has the answers;
// "pongcheck subjects -outdated" writes it.
func (e *Entry) NewestOn() string { return newestOn(newestReleases, e.Package, e.Version) }

// newestOn finds the line of a package in a list: the day, the package, the pinned version, the
// newest one, and more.
func newestOn(list, pkg, version string) string {
	for line := range strings.Lines(list) {
		if w := strings.Fields(line); len(w) >= 4 && w[1] == pkg && w[3] == version {
			return w[0]
		}
	}
	return ""
}
