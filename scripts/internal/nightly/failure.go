package nightly

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// refineState returns the state of a failure: a hang and exhausted memory are states of
// their own, whatever the replays showed.
func (f *failure) refineState(replayed State) State {
	switch {
	case f.memory:
		return Memory
	case f.hung:
		return Hang
	}
	return replayed
}

// unreproduced is a failure that an engine saw and no replay did.
func unreproduced(engine Kind) *failure {
	return &failure{signature: "failed once, as " + string(engine)}
}

// handleFailure replays an input that failed, shrinks it, replays it ten times more, pins it
// in the store and records the finding. It does nothing if the input was handled before. Of
// a failure that is known it records a shorter input.
func (n *night) handleFailure(t *builtTarget, engine Kind, file []byte) error {
	return n.replayFailure(t, engine, file, false)
}

// replayFailure is handleFailure. An input that failed in an older night is forgotten unless
// it fails again: the sources may have been mended since.
func (n *night) replayFailure(t *builtTarget, engine Kind, file []byte, older bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	name := inputName(file)
	if t.seen[name] {
		return nil
	}
	f, race, err := n.reproduce(t, engine, file)
	if err != nil {
		return err
	}
	if f == nil && older {
		t.seen[name] = true
		return nil
	}
	if f == nil {
		err = n.recordFailure(t, engine, race, file, &measured{first: unreproduced(engine), replays: replays})
	} else if known := n.knownFinding(t, f.signature); known == nil || known.Input == nil || len(known.Input) > len(file) {
		err = n.minimizeAndCount(t, engine, race, file, f)
	}
	if err != nil {
		return err
	}
	t.seen[name] = true
	// Go's engine would end at the input whenever it starts.
	if err := os.Remove(filepath.Join(n.nativeFolder(t), t.Name, name)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

// knownFinding returns the finding of a target with a signature, nil if there is none.
func (n *night) knownFinding(t *builtTarget, signature string) *Finding {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.found.findingOf(t.String(), signature)
}

// reproduce replays an input until it fails, ten times at most. What the race detector found
// is replayed without it first, then with it.
func (n *night) reproduce(t *builtTarget, engine Kind, file []byte) (f *failure, race bool, err error) {
	for _, kind := range []Kind{Native, Race} {
		if kind == Race && (engine != Race || t.binaries[Race] == "") {
			continue
		}
		m, err := measure(replays, failedOnce, func() ([]*failure, error) {
			return failures(t.replayer.replayInput(n.ctx, t.Target, t.binaries[kind], file))
		})
		if err != nil || m.first != nil {
			return m.first, kind == Race, err
		}
	}
	return nil, engine == Race, nil
}

// minimizeAndCount shrinks an input that failed with f, counts how often the short one fails
// so, and records it.
func (n *night) minimizeAndCount(t *builtTarget, engine Kind, race bool, file []byte, f *failure) error {
	binary := t.binaries[Native]
	if race {
		binary = t.binaries[Race]
	}
	replay := func(in []byte, env ...string) *failure {
		again, err := t.replayer.replayInput(n.ctx, t.Target, binary, in, env...)
		if err != nil || again == nil || again.signature != f.signature {
			return nil
		}
		return again
	}
	// Shrink only deterministic failures: for a flaky one, a passing candidate proves nothing.
	if !f.shrunk && !f.hung && replay(file) != nil && replay(file) != nil {
		short := shrinkInput(file, func(in []byte) bool { return replay(in) != nil })
		if again := replay(short); again != nil {
			file, f = short, again
		}
	}
	left := n.openCapture(t)
	defer left.remove()
	times := replays
	if f.hung {
		times = hangReplays
	}
	m, _ := measure(times, nil, func() ([]*failure, error) {
		again := replay(file, left.variable())
		if again != nil {
			f.line = left.failureLine()
		}
		return failures(again, nil)
	})
	if n.ctx.Err() != nil {
		return n.ctx.Err()
	}
	if m.first = f; m.failed[f.signature] == 0 { // but it failed when it was reproduced
		m.failed[f.signature], m.replays = 1, m.replays+1
	}
	return n.recordFailure(t, engine, race, file, m)
}

// recordFailure pins an input in the store and records the finding. The canary is recorded
// only.
func (n *night) recordFailure(t *builtTarget, engine Kind, race bool, file []byte, m *measured) error {
	in, err := goFormat.Decode(file)
	if err != nil {
		return fmt.Errorf("read an input that failed: %w", err)
	}
	f, failed := m.first, m.failed[m.first.signature]
	kind := store.Crash
	if failed == 0 {
		kind = store.Found // nothing to pin
	}
	if t != n.canary {
		_, err = n.local.Add(n.ctx, store.Input{Data: in.Data, Run: n.state.ID, Origin: store.Origin{Target: t.String(), Kind: kind,
			Form: in.Form, Engine: string(engine), Note: f.signature}})
		if err != nil {
			return fmt.Errorf("pin an input that failed: %w", err)
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	finding := &Finding{Target: t.String(), Signature: f.signature, State: f.refineState(classify(failed, m.replays)), Failed: failed, Replays: m.replays, Engine: string(engine),
		Race: race, Input: bytes.Clone(file), Text: f.text, Time: time.Now().UTC(), Folder: t.Dir, Line: f.line, Canary: t == n.canary}
	known := n.found.findingOf(t.String(), f.signature)
	if known == nil {
		return n.reportFinding(finding)
	}
	if known.State != finding.State && (known.State == Stable || !finding.FailsNight()) {
		return nil // a shorter input that fails less often proves nothing about the known one
	}
	return n.found.save(finding) // it was reported before
}
