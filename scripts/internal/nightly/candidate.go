package nightly

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/pongcheck/pongcheck/corpus/store"
)

const (
	replays     = 10 // of an input that failed
	hangReplays = 2  // of one that hangs: each takes long
)

// refineState is how it failed, if nothing about it is special.
func (f *failure) refineState(usual State) State {
	switch {
	case f.memory:
		return Memory
	case f.hung:
		return Hang
	}
	return usual
}

// classify is the state of what failed so many times of the replays, if nothing about it is
// special.
func classify(failed, of int) State {
	switch failed {
	case of:
		return Stable
	case 0:
		return NotAgain
	}
	return Flaky
}

// unreproduced is a failure that an engine saw and no replay.
func unreproduced(engine Kind) *failure {
	return &failure{signature: "failed once, as " + string(engine)}
}

// handleFailure looks at an input that failed: it is run again, shrunk, run ten times more,
// pinned in the store and kept as a finding, in this order, unless it was seen before. Of
// a failure that is known the shorter input is kept.
func (n *night) handleFailure(t *builtTarget, engine Kind, file []byte) error {
	return n.replayFailure(t, engine, file, false)
}

// replayFailure is candidate. What failed in an older night, whose sources were others, is no
// finding unless it fails again.
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
		f = unreproduced(engine)
		err = n.recordFailure(t, engine, race, file, f, 0, replays)
	} else if known := n.knownFinding(t, f.signature); known == nil || known.Input == nil || len(known.Input) > len(file) {
		err = n.minimizeAndCount(t, engine, race, file, f)
	}
	if err != nil {
		return err
	}
	t.seen[name] = true
	// The engine would end at it whenever it starts.
	if err := os.Remove(filepath.Join(n.nativeFolder(t), t.Name, name)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}

func (n *night) knownFinding(t *builtTarget, signature string) *Finding {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.found.findingOf(t.String(), signature)
}

// reproduce runs an input until it fails, ten times at most, without the race detector and,
// if that found it, with it.
func (n *night) reproduce(t *builtTarget, engine Kind, file []byte) (f *failure, race bool, err error) {
	for _, kind := range []Kind{Native, Race} {
		if kind == Race && (engine != Race || t.binaries[Race] == "") {
			continue
		}
		for range replays {
			f, err := t.replayer.replayInput(n.ctx, t.Target, t.binaries[kind], file)
			if f != nil || err != nil {
				return f, kind == Race, err
			}
		}
	}
	return nil, engine == Race, nil
}

// minimizeAndCount shrinks an input that failed and counts how often it does.
func (n *night) minimizeAndCount(t *builtTarget, engine Kind, race bool, file []byte, f *failure) error {
	binary := t.binaries[Native]
	if race {
		binary = t.binaries[Race]
	}
	try := func(in []byte, env ...string) *failure {
		again, err := t.replayer.replayInput(n.ctx, t.Target, binary, in, env...)
		if err != nil || again == nil || again.signature != f.signature {
			return nil
		}
		return again
	}
	// What does not fail each time cannot be told from what fails no more.
	if !f.shrunk && !f.hung && try(file) != nil && try(file) != nil {
		short := shrinkInput(file, func(in []byte) bool { return try(in) != nil })
		if again := try(short); again != nil {
			file, f = short, again
		}
	}
	of, failed := replays, 0
	if f.hung {
		of = hangReplays
	}
	told := n.openCapture(t)
	defer told.remove()
	for range of {
		if try(file, told.variable()) != nil {
			failed++
			f.line = told.failureLine()
		}
	}
	if n.ctx.Err() != nil {
		return n.ctx.Err()
	}
	if failed == 0 { // but it did when it was run again at first
		failed, of = 1, of+1
	}
	return n.recordFailure(t, engine, race, file, f, failed, of)
}

// recordFailure pins an input in the store and keeps the finding.
func (n *night) recordFailure(t *builtTarget, engine Kind, race bool, file []byte, f *failure, failed, of int) error {
	in, err := goFormat.Decode(file)
	if err != nil {
		return fmt.Errorf("read an input that failed: %w", err)
	}
	kind := store.Crash
	if failed == 0 {
		kind = store.Found // nothing to pin
	}
	if t.String() != canaryTarget {
		_, err = n.local.Add(n.ctx, store.Input{Data: in.Data, Run: n.state.ID, Origin: store.Origin{Target: t.String(), Kind: kind,
			Form: in.Form, Engine: string(engine), Note: f.signature}})
		if err != nil {
			return fmt.Errorf("pin an input that failed: %w", err)
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	finding := &Finding{Target: t.String(), Signature: f.signature, State: f.refineState(classify(failed, of)), Failed: failed, Replays: of, Engine: string(engine),
		Race: race, Input: bytes.Clone(file), Text: f.text, Time: time.Now().UTC(), Folder: t.Dir, Line: f.line}
	known := n.found.findingOf(t.String(), f.signature)
	if known == nil {
		return n.reportFinding(finding)
	}
	if known.State != finding.State && (known.State == Stable || !finding.FailsNight()) {
		return nil // a shorter input that fails less says nothing about the one that does
	}
	return n.found.save(finding) // told before
}
