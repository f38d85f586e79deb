package main

import (
	"regexp"
	"testing"

	"github.com/pongcheck/pongcheck/model/specimen"
)

// What the script has ported are mutants of the tracker that it has ported.
func TestPortedMutants(t *testing.T) {
	script, err := hypothesisFiles.ReadFile("python/hypothesis_bench.py")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^    "([a-z]+/[-a-z]+)": [A-Z]`).FindAllSubmatch(script, -1) {
		name := string(m[1])
		if name == control {
			continue
		}
		n++
		if mutant, ok := specimen.FindMutant(name); !ok || mutant.Of != control {
			t.Errorf("%s is no mutant of %s", name, control)
		}
	}
	if n < 8 {
		t.Errorf("%d mutants are ported, want 8 at least", n)
	}
}
