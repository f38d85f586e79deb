package nightly

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// handleBlockingInput handles an input of the sources at which Go's engine ended before it
// fuzzed. It becomes a finding like any other: a target that is not fuzzed must not look
// green. A file is removed from the mirrors, and the engine goes on without it. An input in
// the code of the target cannot be removed: if it fails each time, the engine stops.
func (n *night) handleBlockingInput(u *job, name string) error {
	if !strings.HasPrefix(name, "seed#") {
		file, err := os.ReadFile(filepath.Join(u.seedFolder(u.mirrors[Native]), name))
		if err != nil {
			return fmt.Errorf("read an input at which the engine ended: %w", err)
		}
		if err := n.handleFailure(u.builtTarget, Native, file); err != nil {
			return err
		}
		u.removeFromMirrors(name)
		return nil
	}
	m, err := n.replaySeed(u.builtTarget, name)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	f, failed := m.first, m.countFailures()
	if failed == m.replays {
		u.stopped = "its own input " + name + " fails"
		n.Log("%s: not fuzzed any more: %s", u.name(), u.stopped)
	}
	if n.found.findingOf(u.String(), f.signature) == nil {
		return n.reportFinding(&Finding{Target: u.String(), Signature: f.signature, State: f.refineState(classify(failed, m.replays)), Failed: failed, Replays: m.replays, Engine: "seed",
			Seed: name, Text: f.text, Time: time.Now().UTC(), Folder: u.Dir, Line: f.line})
	}
	if failed == 0 {
		return fmt.Errorf("its own input %s fails in the engine, but not when it is replayed", name)
	}
	return nil
}

// replaySeed measures an input that is in the code of a target.
func (n *night) replaySeed(t *builtTarget, name string) (*measured, error) {
	t.replayer.mu.Lock()
	defer t.replayer.mu.Unlock()
	left := n.openCapture(t)
	defer left.remove()
	m, err := measure(replays, nil, func() ([]*failure, error) {
		f, err := t.replayer.replaySubtest(n.ctx, t.Target, t.binaries[Native], name, left.variable())
		if f != nil {
			f.line = left.failureLine()
		}
		return failures(f, err)
	})
	if err == nil && m.first == nil {
		m.first = unreproduced(Native)
	}
	return m, err
}

// removeFromMirrors removes an input of the target from all mirrors that have it.
func (t *builtTarget) removeFromMirrors(name string) {
	for _, mirror := range t.mirrors {
		os.Remove(filepath.Join(t.seedFolder(mirror), name)) // some do not have it
	}
}
