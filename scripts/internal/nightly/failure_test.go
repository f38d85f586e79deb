package nightly

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/corpus/format"
)

// Inputs that failed are told apart by how they fail when they are run again.
func TestClassify(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds a test binary")
	}
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod": "module example.com/scratch\n\ngo 1.25\n",
		"sub/sub_test.go": `package sub

import (
	"os"
	"testing"
)

var hoard [][]byte

func FuzzKinds(f *testing.F) {
	f.Fuzz(func(t *testing.T, in []byte) {
		switch string(in) {
		case "never":
		case "first":
			if _, err := os.Stat("second"); err != nil {
				os.WriteFile("second", nil, 0o666)
				t.Error("only once")
			}
		case "often":
			if err := os.Mkdir("odd", 0o777); err != nil {
				os.Remove("odd")
				return
			}
			t.Error("every other time")
		case "hoard":
			for {
				hoard = append(hoard, make([]byte, 1<<30))
			}
		case "exit":
			os.Exit(4)
		case "luck", "good luck":
			name := "luck" + string(in[0])
			if _, err := os.Stat(name); err == nil && in[0] == 'l' {
				return
			}
			os.WriteFile(name, nil, 0o666)
			t.Error("by luck alone it seems")
		}
	})
}
`} {
		if err := corpus.WriteFile(filepath.Join(root, name), text); err != nil {
			t.Fatal(err)
		}
	}
	o := options(t, root)
	n := &night{Options: o, ctx: t.Context(), mirrored: map[string]bool{}}
	if err := n.openState(); err != nil {
		t.Fatal(err)
	}
	if err := n.prepareTargets(); err != nil || len(n.targets) != 1 {
		t.Fatalf("%d targets: %v", len(n.targets), err)
	}
	target := n.targets[0]
	began := time.Now()
	for _, in := range []string{"never", "first", "often", "hoard", "exit", "good luck", "luck"} {
		if err := n.handleFailure(target, Native, format.GoFile([]byte(in))); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("took %v", time.Since(began))
	for signature, want := range map[string]State{
		"failed once, as native":          NotAgain, // "never"
		"sub_test.go:17 only once":        Flaky,    // when it was run again at first
		"sub_test.go:24 every other time": Flaky,
		"out of memory":                   Memory,
		"failed without a word":           Stable,
		"sub_test.go:37 by luck alone it": Stable, // and that a shorter one fails only once takes nothing back
	} {
		f := n.found.findingOf(target.String(), signature)
		if f == nil || f.State != want {
			t.Errorf("%s: %+v, want %s", signature, f, want)
			continue
		}
		if f.FailsNight() != (want != NotAgain) {
			t.Errorf("%s fails the night: %t", signature, f.FailsNight())
		}
	}
	// What failed in an older night is no finding unless it fails again.
	for _, in := range []string{"never ever", "often"} {
		if err := n.replayFailure(target, Turbo, format.GoFile([]byte(in)), true); err != nil {
			t.Fatal(err)
		}
	}
	if f := n.found.findingOf(target.String(), unreproduced(Turbo).signature); f != nil {
		t.Errorf("what passes now was told: %+v", f)
	}
	for _, f := range n.found.sortedFindings() {
		t.Logf("%s: %s, %q", f.Signature, f.Reproducibility(), f.Input)
	}
}
