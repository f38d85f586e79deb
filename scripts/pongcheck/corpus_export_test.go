package main

import "testing"

func TestSplitTarget(t *testing.T) {
	for target, want := range map[string][2]string{
		"example.com/m/pkg.FuzzX": {"example.com/m/pkg", "FuzzX"},
		"example.com/m.v2.FuzzX":  {"example.com/m.v2", "FuzzX"},
		"FuzzX":                   {"FuzzX", ""},
	} {
		if pkg, name := splitTarget(target); pkg != want[0] || name != want[1] {
			t.Errorf("%s: %q, %q", target, pkg, name)
		}
	}
	for _, name := range []string{"", "Test", "Fuzz/../../x", `Fuzz\x`, "Fuzz:x", ".."} {
		if isFuzzName(name) {
			t.Errorf("%q is taken for a fuzz function", name)
		}
	}
}
