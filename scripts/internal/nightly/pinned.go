package nightly

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// replayPinned replays the pinned inputs of a target, plain and with the race detector: those
// of the store, which failed once, those in testdata, and those that its code adds. One that
// fails is a finding, and is taken from the engines: they would end at it.
func (n *night) replayPinned(t *builtTarget) {
	if n.ctx.Err() != nil {
		return
	}
	n.addTrouble(n.collectFailures(t, n.isNew))
	n.addTrouble(n.installPinned(t))
	n.dropWrongTypes(t)
	t.replayer.mu.Lock()
	failing, by := map[string]*failure{}, map[string]Kind{} // what fails plainly is not run with the race detector
	for _, kind := range []Kind{Native, Race} {
		if t.binaries[kind] == "" {
			continue
		}
		n.enter("replaying what is pinned of %s, %s", t, kind)
		failed, ran, cpu, err := t.replayer.replayAll(n.ctx, t.Target, t.binaries[kind], "", failing, raceLimit)
		n.mu.Lock()
		n.state.Inside += cpu
		n.state.tallyOf(t.String() + " pinned").Executions += ran
		n.state.tallyOf(t.String() + " pinned").CPU += cpu
		n.mu.Unlock()
		n.addTrouble(err)
		for name, f := range failed {
			failing[name], by[name] = f, kind
			n.addTrouble(n.recordPinnedFailure(t, kind, name, f))
		}
	}
	t.replayer.mu.Unlock()
	for name, kind := range by {
		if file, err := os.ReadFile(filepath.Join(t.Target.seedFolder(t.mirrors[Race]), name)); err == nil {
			n.addTrouble(n.handleFailure(t, kind, file))
		}
		t.removeFromMirrors(name)
	}
}

// installPinned writes the pinned entries of a target into the folder from which go test
// replays them.
func (n *night) installPinned(t *builtTarget) error {
	for e, err := range n.local.Entries(n.ctx, store.Filter{Target: t.String(), Traced: true}) {
		if err != nil {
			n.addTrouble(fmt.Errorf("read an entry of %s: %w", t, err))
			continue
		}
		t.stored[e.ID] = true
		if !e.Pinned {
			continue
		}
		file, err := encodeInput(format.Input{Form: e.Form, Data: e.Data})
		if err != nil {
			return err
		}
		if err := writeInput(t.Target.seedFolder(t.mirrors[Race]), file); err != nil {
			return err
		}
	}
	return nil
}

// recordPinnedFailure records that a subtest failed whose input is in the target's code. One
// whose input is a file is left to handleFailure.
func (n *night) recordPinnedFailure(t *builtTarget, kind Kind, name string, f *failure) error {
	if !strings.HasPrefix(name, "seed#") {
		return nil
	}
	if n.knownFinding(t, f.signature) != nil {
		return nil
	}
	left := n.openCapture(t)
	defer left.remove()
	if _, err := t.replayer.replaySubtest(n.ctx, t.Target, t.binaries[kind], name, left.variable()); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.reportFinding(&Finding{Target: t.String(), Signature: f.signature, State: f.refineState(Stable), Engine: "seed", Race: kind == Race,
		Seed: name, Text: f.text, Time: time.Now().UTC(), Folder: t.Dir, Line: left.failureLine()})
}
