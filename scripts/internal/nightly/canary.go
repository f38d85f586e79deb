package nightly

import (
	"bytes"
	"fmt"
	"path/filepath"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/corpus/format"
)

// The canary is a target with a planted bug, in a module of its own. It is treated like all
// others: built and fuzzed, its failing input collected, replayed, shrunk and kept. A night
// that does not find it would not find anything else either.
const (
	canaryPath = "canary.invalid/pongcheck"

	canaryTest = `package canary

import "testing"

func FuzzCanary(f *testing.F) {
	f.Add([]byte("a canary"))
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, b := range in {
			if b == 0x8a {
				t.Fatalf("the canary sings: %x", in)
			}
		}
	})
}
`
	canaryShrunk = "\x8a"
	canaryInputs = 1_000_000 // at most; some thousand are enough
)

// buildCanary writes the module of the canary and builds it.
func (n *night) buildCanary() error {
	dir := filepath.Join(n.Dir, "canary")
	for name, text := range map[string]string{"go.mod": "module " + canaryPath + "\n\ngo 1.18\n", "canary.go": "package canary\n", "canary_test.go": canaryTest} {
		if err := corpus.WriteFile(filepath.Join(dir, name), text); err != nil {
			return fmt.Errorf("write the canary: %w", err)
		}
	}
	p := &Package{Path: canaryPath, Dir: dir, Module: canaryPath, ModuleDir: dir, env: []string{"GOWORK=off", "GOFLAGS=-trimpath"}}
	targets, err := n.buildPackage(p, false)
	if err != nil || len(targets) != 1 {
		return fmt.Errorf("build the canary: %d targets: %w", len(targets), err)
	}
	n.canary = targets[0]
	return nil
}

// huntCanary fuzzes the canary until it is found. A night that continues hunts it again.
func (n *night) huntCanary() {
	if n.ctx.Err() != nil {
		return
	}
	n.enter("hunting the canary")
	u := &job{builtTarget: n.canary, kind: Native, tally: new(tally)}
	s := fuzzNative(n.ctx, u.Target, u.binaries[Native], u.folderIn(u.mirrors[Native]), n.nativeFolder(u.builtTarget), canaryInputs, 1, 2*time.Minute)
	err := n.collectFailures(n.canary, false)
	if err == nil {
		err = s.err
	}
	n.mu.Lock()
	var caught *Finding
	for _, f := range n.found.sortedFindings() {
		if f.Canary {
			caught = f
		}
	}
	n.state.Inside += s.cpu
	n.mu.Unlock()
	switch {
	case err != nil:
		n.addTrouble(fmt.Errorf("the canary: %w", err))
	case caught == nil:
		n.addTrouble(fmt.Errorf("the canary was not caught in %d inputs: nothing that was found, or not found, can be trusted", s.executions))
	case caught.State != Stable || !bytes.Equal(caught.Input, format.GoFile([]byte(canaryShrunk))):
		n.addTrouble(fmt.Errorf("the canary was caught, but not as it should have been: %s, %q", caught.Reproducibility(), caught.Input))
	}
}
