package nightly

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/corpus"
)

// Targets that are awkward in one way each, the inputs that show their bugs, and what a
// night must tell of them: neither a bug less nor one more.
var planted = map[string]struct {
	files  map[string]string // in the folder of a package of that name
	inputs []string          // of FuzzX, pinned with the sources
	found  []string          // signatures
	bad    string            // of which a trouble tells
}{
	"frames": { // which are not Go's own, whatever their folders are called
		files: map[string]string{
			"internal/parse/parse.go": "package parse\n\nfunc Header(b []byte) byte { return b[100] }\n\nfunc Body(b []byte) byte { return b[200] }\n",
			"x_test.go": `package x

import (
	"testing"

	"example.com/planted/frames/internal/parse"
)

func FuzzX(f *testing.F) {
	f.Fuzz(func(t *testing.T, in []byte) {
		switch string(in) {
		case "header":
			parse.Header(in)
		case "body":
			parse.Body(in)
		}
	})
}
`},
		inputs: []string{"header", "body"},
		found:  []string{"panic: runtime error index out in parse.Body", "panic: runtime error index out in parse.Header"},
	},
	"logs": { // which are no failure
		files: target(`	f.Log("starting the server")
	f.Fuzz(func(t *testing.T, in []byte) {
		t.Logf("input %q", in)
		switch string(in) {
		case "one":
			t.Fatal("first bug")
		case "two":
			t.Fatal("second bug")
		}
	})`),
		inputs: []string{"one", "two"},
		found:  []string{"x_test.go:13 first bug", "x_test.go:15 second bug"},
	},
	"parallel": { // inputs that take turns
		files: target(`	f.Fuzz(func(t *testing.T, in []byte) {
		t.Parallel()
		switch string(in) {
		case "one":
			t.Error("first bug")
		case "two":
			t.Error("second bug")
		}
	})`),
		inputs: []string{"none", "one", "two"},
		found:  []string{"x_test.go:12 first bug", "x_test.go:14 second bug"},
	},
	"subtests": { // of an input, at one of which the process dies
		files: target(`	f.Fuzz(func(t *testing.T, in []byte) {
		t.Run("sub", func(t *testing.T) {
			switch string(in) {
			case "one":
				t.Error("first bug")
			case "two":
				go func() { panic("second bug") }()
				select {}
			}
		})
	})`),
		inputs: []string{"one", "two"},
		found:  []string{"panic: second bug in subtests.FuzzX.func1.1.1", "x_test.go:12 first bug"},
	},
	"exits": { // as if all were well
		files: target(`	f.Fuzz(func(t *testing.T, in []byte) {
		if string(in) == "quit" {
			os.Exit(0)
		}
	})`, "os"),
		inputs: []string{"quit"},
		found:  []string{"panic: unexpected call to in exits.FuzzX.func1"},
	},
	"noise": { // of inputs that pass, which hides the one that does not
		files: target(`	for i := range 100 {
		f.Add([]byte{byte(i)})
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		if string(in) == "bug" {
			t.Fatal("real bug")
		}
		if len(in) == 1 {
			for i := range 1000 {
				t.Log("all is well so far", i)
			}
		}
	})`),
		inputs: []string{"bug"},
		found:  []string{"x_test.go:13 real bug"},
	},
	"unlisted": { // by a TestMain
		files: map[string]string{"x_test.go": `package unlisted

import (
	"os"
	"testing"
)

func TestMain(m *testing.M) { os.Exit(0) }

func FuzzX(f *testing.F) { f.Fuzz(func(t *testing.T, in []byte) {}) }
`},
		bad: "declare FuzzX, but do not list it",
	},
	"elsewhere": { // goes what Go's engine writes
		files: target(`	f.Chdir(f.TempDir())
	f.Fuzz(func(t *testing.T, in []byte) {
		if len(in) > 0 {
			t.Error("a bug")
		}
	})`),
		bad: "does the target change its folder?",
	},
}

// target is a package with one target.
func target(body string, imports ...string) map[string]string {
	var b strings.Builder
	for _, path := range append(imports, "testing") {
		fmt.Fprintf(&b, "\t%q\n", path)
	}
	return map[string]string{"x_test.go": "package PACKAGE\n\nimport (\n" + b.String() + ")\n\nfunc FuzzX(f *testing.F) {\n" + body + "\n}\n"}
}

func TestAwkwardTargets(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	root := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := corpus.WriteFile(filepath.Join(root, name), text); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example.com/planted\n\ngo 1.25\n")
	for pkg, p := range planted {
		for name, text := range p.files {
			write(filepath.Join(pkg, name), strings.ReplaceAll(text, "PACKAGE", pkg))
		}
		for _, in := range p.inputs {
			write(filepath.Join(pkg, "testdata", "fuzz", "FuzzX", in), fmt.Sprintf("go test fuzz v1\n[]byte(%q)\n", in))
		}
	}
	o := options(t, root)
	o.Inputs = 200
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, f := range r.Findings {
		pkg := filepath.Base(filepath.Dir(strings.ReplaceAll(f.Target, ".Fuzz", "/")))
		found[pkg] = append(found[pkg], f.Signature)
		if f.State != Stable || !f.FailsNight() {
			t.Errorf("%s: %s is %s", f.Target, f.Signature, f.Reproducibility())
		}
	}
	for pkg, p := range planted {
		if !slices.Equal(found[pkg], p.found) {
			t.Errorf("%s: found %q, want %q", pkg, found[pkg], p.found)
		}
		told := slices.ContainsFunc(r.Troubles, func(err error) bool {
			return p.bad != "" && strings.Contains(err.Error(), "planted/"+pkg) && strings.Contains(err.Error(), p.bad)
		})
		if told != (p.bad != "") {
			t.Errorf("%s: no trouble of %q in %v", pkg, p.bad, r.Troubles)
		}
	}
}
