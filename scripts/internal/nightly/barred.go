package nightly

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// handleBlockingInput looks at an input of the sources at which Go's engine ended before it fuzzed. It
// is a finding as any other, since a target that is not fuzzed must not look green. If the
// input is in the code of the target and fails each time, the engine cannot run the target;
// a file is left out from then on.
func (n *night) handleBlockingInput(u *job, name string) error {
	if !strings.HasPrefix(name, "seed#") {
		file, err := os.ReadFile(filepath.Join(u.seedFolder(u.mirrors[Native]), name))
		if err != nil {
			return fmt.Errorf("read an input at which the engine ended: %w", err)
		}
		if err := n.handleFailure(u.builtTarget, Native, file); err != nil {
			return err
		}
		for _, mirror := range u.mirrors {
			os.Remove(filepath.Join(u.seedFolder(mirror), name)) // it is not in all of them
		}
		return nil
	}
	f, failed, of, err := n.replaySeed(u.builtTarget, name)
	if err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if failed == of {
		u.stopped = "its own input " + name + " fails"
		n.Log("%s: not fuzzed any more: %s", u.name(), u.stopped)
	}
	if n.found.findingOf(u.String(), f.signature) == nil {
		return n.reportFinding(&Finding{Target: u.String(), Signature: f.signature, State: f.refineState(classify(failed, of)), Failed: failed, Replays: of, Engine: "seed",
			Seed: name, Text: f.text, Time: time.Now().UTC(), Folder: u.Dir, Line: f.line})
	}
	if failed == 0 {
		return fmt.Errorf("its own input %s fails in the engine, but not when it is replayed", name)
	}
	return nil
}

// replaySeed replays an input that is in the code of a target.
func (n *night) replaySeed(t *builtTarget, name string) (f *failure, failed, of int, err error) {
	t.replayer.mu.Lock()
	defer t.replayer.mu.Unlock()
	of = replays
	told := n.openCapture(t)
	defer told.remove()
	for i := 0; i < of; i++ {
		again, err := t.replayer.replaySubtest(n.ctx, t.Target, t.binaries[Native], name, told.variable())
		if err != nil {
			return nil, 0, 0, err
		}
		if again == nil {
			continue
		}
		again.line = told.failureLine()
		if failed++; failed == 1 {
			f = again
			if f.hung {
				of = i + hangReplays
			}
		}
	}
	if f == nil {
		f = unreproduced(Native)
	}
	return f, failed, of, nil
}
