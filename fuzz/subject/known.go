package subject

import (
	_ "embed"
	"strings"
)

//go:embed known.txt
var known string

// Known is the list of findings on real releases that are known, as text: its
// own comment has the format.
func Known() string { return known }

// KnownFailures are the classes of failures that are known of a release.
func KnownFailures(name, version string) (classes []string) {
	for line := range strings.Lines(known) {
		w := strings.Fields(line)
		if len(w) < 5 || w[0] != name || w[1] != version {
			continue
		}
		class := w[2]
		if w[3] != "-" {
			class += " " + w[3]
		}
		classes = append(classes, class)
	}
	return classes
}
