package nightly

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/corpus/store"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
)

// runTurboSlice is a slice of package turbo.
func (n *night) runTurboSlice(u *job, seed uint64, limit time.Duration) sliceResult {
	o := turbo.Options{Seed: seed, N: u.inputs, Dir: n.turboFolder(u.builtTarget)}
	return fuzzTurboSlice(n.ctx, u.Target, u.binaries[Turbo], u.folderIn(u.mirrors[Turbo]), o, limit)
}

// collectResults takes in what a slice left: inputs that failed, and inputs that are worth keeping.
// Whatever is interrupted is done again: nothing is removed before it is kept elsewhere.
func (n *night) collectResults(u *job, s *sliceResult) error {
	var errs []error
	for _, file := range s.failed {
		errs = append(errs, n.handleFailure(u.builtTarget, u.kind, file))
	}
	errs = append(errs, n.collectFailures(u.builtTarget, false))
	u.mu.Lock()
	lost := s.writtenFile != "" && !u.seen[s.writtenFile]
	u.mu.Unlock()
	if lost {
		errs = append(errs, fmt.Errorf("an input failed, but its file %s is not in %s: does the target change its folder?", s.writtenFile, u.Target.seedFolder(u.mirrors[Native])))
	}
	fresh, err := n.storeNewInputs(u.builtTarget)
	if u.kind == Native {
		s.fresh = fresh
	}
	return errors.Join(append(errs, err)...)
}

// collectFailures looks at the failing inputs that engines left in their folders, this process
// or one before it. In the folder of a night that begins they are of older ones.
func (n *night) collectFailures(t *builtTarget, older bool) error {
	var errs []error
	for _, kind := range []Kind{Native, Turbo} {
		folder := t.Target.seedFolder(t.mirrors[kind])
		files, err := readInputs(folder)
		errs = append(errs, err)
		theirs, err := readInputs(filepath.Join(t.Dir, "testdata", "fuzz", t.Name))
		errs = append(errs, err)
		for name, file := range files {
			if bytes.Equal(theirs[name], file) {
				continue // it came with the sources
			}
			if err := n.replayFailure(t, kind, file, older); err != nil {
				errs = append(errs, err)
				continue
			}
			if err := os.Remove(filepath.Join(folder, name)); !os.IsNotExist(err) { // the other engine's slice may have
				errs = append(errs, err)
			}
		}
	}
	for _, kind := range []string{"findings", "died"} {
		folder := filepath.Join(n.turboFolder(t), kind)
		inputs, err := readInputs(folder)
		errs = append(errs, err)
		for name, in := range inputs {
			if err := n.replayFailure(t, Turbo, encodeRaw(in), older); err != nil {
				errs = append(errs, err)
			} else if kind == "findings" || older { // else the engine passes over it
				if err := os.Remove(filepath.Join(folder, name)); !os.IsNotExist(err) { // another slice may have
					errs = append(errs, err)
				}
			}
		}
	}
	return errors.Join(errs...)
}

// storeNewInputs adds what the engines of a target found to the store, and gives each what the
// others found. It says how many were new of Go's engine.
func (n *night) storeNewInputs(t *builtTarget) (fresh int, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	native, err := readInputs(filepath.Join(n.nativeFolder(t), t.Name))
	if err != nil {
		return 0, err
	}
	raw, err := readInputs(filepath.Join(n.turboFolder(t), "entries"))
	if err != nil {
		return 0, err
	}
	var inputs []store.Input
	add := func(in format.Input, engine Kind) {
		if id := store.Sum(in.Data); !t.stored[id] {
			t.stored[id] = true
			inputs = append(inputs, store.Input{Data: in.Data, Run: n.state.ID,
				Origin: store.Origin{Target: t.String(), Kind: store.Found, Form: in.Form, Engine: string(engine)}})
			if engine == Native {
				fresh++
			}
		}
	}
	for _, in := range raw {
		add(format.Input{Form: format.Raw, Data: in}, Turbo)
	}
	for _, file := range native {
		if in, err := goFormat.Decode(file); err == nil { // else a kill cut it off: the engine passes over it, too
			add(in, Native)
		}
	}
	if len(inputs) == 0 {
		return 0, nil
	}
	_, err = n.local.AddAll(n.ctx, func(yield func(store.Input, error) bool) {
		for _, in := range inputs {
			if !yield(in, nil) {
				return
			}
		}
	})
	if err != nil {
		for _, in := range inputs {
			delete(t.stored, store.Sum(in.Data))
		}
		return 0, fmt.Errorf("keep what was found: %w", err)
	}
	for _, in := range inputs {
		if err := n.seedEngines(t, format.Input{Form: in.Origin.Form, Data: in.Data}); err != nil {
			return 0, err
		}
	}
	return fresh, nil
}

// maxGiven is how many inputs of its store the native engine begins with: it runs all of
// them whenever it starts, at 0.3 ms each for a simple target, and 10 ms for a fuzz.Tracker.
const maxGiven = 1000

// seedEngines has the engines of a target begin with an input that another one found.
func (n *night) seedEngines(t *builtTarget, in format.Input) error {
	if err := n.seedTurbo(t, in); err != nil {
		return err
	}
	if there, err := os.ReadDir(filepath.Join(n.nativeFolder(t), t.Name)); err == nil && len(there) >= maxGiven {
		return nil
	}
	return n.seedNative(t, in)
}

func (n *night) seedTurbo(t *builtTarget, in format.Input) error {
	if t.binaries[Turbo] == "" || in.Form == format.Args {
		return nil
	}
	return writeInputAs(filepath.Join(n.turboFolder(t), "entries", store.Sum(in.Data).String()), in.Data)
}

func (n *night) seedNative(t *builtTarget, in format.Input) error {
	file, err := encodeInput(in)
	if err != nil {
		return err
	}
	if t.seen[inputName(file)] {
		return nil // it fails
	}
	return writeInput(filepath.Join(n.nativeFolder(t), t.Name), file)
}

// runRaceSlice runs what was kept since the last time with the race detector.
func (n *night) runRaceSlice(u *job) (s sliceResult) {
	began := time.Now()
	u.replayer.mu.Lock()
	defer u.replayer.mu.Unlock()
	files, err := readInputs(filepath.Join(n.nativeFolder(u.builtTarget), u.Name))
	if err != nil {
		return sliceResult{err: err}
	}
	folder := u.Target.seedFolder(u.mirrors[Race])
	names := map[string][]byte{}
	for name, file := range files {
		if u.raced[name] || len(names) == min(u.inputs, maxRaced) {
			continue
		}
		u.raced[name] = true
		names["race-"+name] = file
		defer os.Remove(filepath.Join(folder, "race-"+name))
		if err := corpus.WriteFile(filepath.Join(folder, "race-"+name), string(file)); err != nil {
			return sliceResult{err: err}
		}
	}
	if len(names) == 0 {
		u.idleCharge += idle
		time.Sleep(idle / 10) // if there is no other engine left
		return sliceResult{}
	}
	failed, ran, cpu, err := u.replayer.replayAll(n.ctx, u.Target, u.binaries[Race], "^race-", nil, raceLimit)
	s = sliceResult{executions: ran, cpu: cpu, wall: time.Since(began), err: err}
	for name := range failed {
		s.failed = append(s.failed, names[name])
	}
	return s
}

const (
	maxRaced  = 200             // inputs of a slice
	raceLimit = 5 * time.Minute // of a slice

	// idle is what a slice with nothing to do is charged with, so that it is not the
	// next one again.
	idle = time.Second
)

// replayPinned replays what is pinned of a target, plain and with the race detector: what failed
// once, in the store, and what is stored with the sources or added by its code. What fails
// is a finding; engines do not begin with it, since they would end there.
func (n *night) replayPinned(t *builtTarget) {
	if n.ctx.Err() != nil {
		return
	}
	n.addTrouble(n.collectFailures(t, n.isNew))
	n.addTrouble(n.installPinned(t))
	n.dropWrongTypes(t)
	t.replayer.mu.Lock()
	failing, by := map[string]*failure{}, map[string]Kind{} // what failed plainly need not run with the race detector
	for _, kind := range []Kind{Native, Race} {
		if t.binaries[kind] == "" {
			continue
		}
		n.Log("replaying what is pinned of %s, %s", t, kind)
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
		for _, mirror := range t.mirrors {
			os.Remove(filepath.Join(t.Target.seedFolder(mirror), name)) // it is not in all of them
		}
	}
}

// installPinned puts what is pinned of a target where replays find it.
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

// recordPinnedFailure keeps the finding of a subtest whose input is in the target's code: those that
// have files are looked at as what engines find is.
func (n *night) recordPinnedFailure(t *builtTarget, kind Kind, name string, f *failure) error {
	if !strings.HasPrefix(name, "seed#") {
		return nil
	}
	if n.knownFinding(t, f.signature) != nil {
		return nil
	}
	told := n.openCapture(t)
	defer told.remove()
	if _, err := t.replayer.replaySubtest(n.ctx, t.Target, t.binaries[kind], name, told.variable()); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.reportFinding(&Finding{Target: t.String(), Signature: f.signature, State: f.refineState(Stable), Engine: "seed", Race: kind == Race,
		Seed: name, Text: f.text, Time: time.Now().UTC(), Folder: t.Dir, Line: told.failureLine()})
}

// reportFinding keeps a finding and tells of it. n.mu is held.
func (n *night) reportFinding(f *Finding) error {
	if err := n.found.save(f); err != nil {
		return err
	}
	if n.Found != nil && f.Target != canaryTarget {
		n.Found(f)
	}
	return nil
}
