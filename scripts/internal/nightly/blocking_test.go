package nightly

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/corpus"
)

// Inputs of the sources at which the engine ends before it fuzzes: none of these targets
// looks green.
func TestBarred(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                             "module example.com/barred\n\ngo 1.25\n",
		"testdata/fuzz/FuzzFile/there":       "go test fuzz v1\nstring(\"bad\")\n",
		"testdata/fuzz/FuzzFile/another-one": "go test fuzz v1\nstring(\"good\")\n",
		"barred_test.go": `package barred

import (
	"flag"
	"testing"
)

// An engine is at work.
func engine() bool { return flag.Lookup("test.fuzzworker").Value.String() == "true" }

func FuzzAlways(f *testing.F) {
	f.Add("bad")
	f.Fuzz(func(t *testing.T, in string) {
		if in == "bad" {
			t.Fatal("always bad")
		}
	})
}

func FuzzEngine(f *testing.F) {
	f.Add("bad")
	f.Fuzz(func(t *testing.T, in string) {
		if in == "bad" && engine() {
			t.Fatal("bad for engines")
		}
	})
}

func FuzzFile(f *testing.F) {
	f.Fuzz(func(t *testing.T, in string) {
		if in == "bad" && engine() {
			t.Fatal("bad for engines")
		}
	})
}
`,
	} {
		if err := corpus.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), text); err != nil {
			t.Fatal(err)
		}
	}
	r, err := Run(t.Context(), options(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		got = append(got, strings.TrimPrefix(f.Target, "example.com/barred.")+" "+string(f.State)+" "+f.Seed)
	}
	if want := []string{"FuzzAlways stable seed#0", "FuzzEngine not again seed#0", "FuzzFile not again "}; strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("findings %q, want %q", got, want)
	}
	troubles := fmt.Sprint(r.Troubles)
	for name, want := range map[string]bool{"FuzzAlways": false, "FuzzEngine native: its own input seed#0 fails in the engine": true, "FuzzFile": false} {
		if strings.Contains(troubles, name) != want {
			t.Errorf("troubles %s: has %q is %v, want %v", troubles, name, !want, want)
		}
	}
	for _, l := range r.Targets {
		if l.Engine == string(Native) && (l.Target == "FuzzFile") != (l.Executions > 1000) {
			t.Errorf("%s: %d executions", l.Target, l.Executions)
		}
		if l.Engine == string(Native) && (l.Target == "FuzzAlways") != (l.Off == "its own input seed#0 fails") {
			t.Errorf("%s: off: %q", l.Target, l.Off)
		}
	}
}
