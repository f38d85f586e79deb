package main

import (
	"fmt"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// task is a mutant to find, or the control: a specimen without a bug. No engine may find
// anything in the control, and the speeds of the engines are compared on it.
type task struct {
	name      string
	isControl bool
	impl      *model.Implementation
	profile   model.Profile
	mix       *mix
	shortest  int // ops of the shortest trace known; 0: control
}

// control is the specimen without a bug, on which every engine spends its whole budget.
const control = "specimen/exact"

// allTasks returns the control and the mutants that take an op to show.
func allTasks() ([]*task, error) {
	right, ok := specimen.Find(control)
	if !ok {
		return nil, fmt.Errorf("there is no %s", control)
	}
	all := []*task{{name: control, isControl: true, impl: right}}
	for _, m := range specimen.Mutants() {
		known, err := m.Shortest()
		if err != nil {
			return nil, err
		}
		if len(known.Ops) == 0 {
			continue // the empty trace shows its bug, which measures no engine
		}
		all = append(all, &task{name: m.Name, impl: m.Implementation(), shortest: len(known.Ops)})
	}
	mixes := map[model.Info]*mix{}
	for _, t := range all {
		var ok bool
		if t.profile, ok = model.FindProfile(t.impl.Profile); !ok {
			return nil, fmt.Errorf("%s: there is no profile %q", t.name, t.impl.Profile)
		}
		info := t.impl.Info
		if mixes[info] == nil {
			mixes[info] = newMix(info)
		}
		t.mix = mixes[info]
	}
	return all, nil
}

func findTask(name string) (*task, error) {
	all, err := allTasks()
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if t.name == name {
			return t, nil
		}
	}
	return nil, fmt.Errorf("there is no mutant %q", name)
}

// findFailure returns the class of the failure that trace shows, and how many ops it takes, or
// "" and 0. An op with raw bytes counts once for each frame in it, since several frames in one
// op are no easier to read than one by one.
func (t *task) findFailure(trace *model.Trace) (class string, ops int) {
	r := model.NewChecker(t.profile, t.impl.Info).RunIn(t.impl, trace)
	f := r.Failure()
	if f == nil {
		return "", 0
	}
	for _, o := range trace.Ops[:r.Ops] {
		if ops++; o.Kind == model.Raw {
			ops += max(1, countFrames(o.Data.Lit)) - 1
		}
	}
	return f.Class(), ops
}

// countFrames returns how many frames begin in raw.
func countFrames(raw string) (n int) {
	for raw != "" {
		n++
		h, size := frame.ParseHeader([]byte(raw[:min(len(raw), frame.MaxHeader)]))
		if size == 0 || h.Length > uint64(len(raw)-size) {
			break
		}
		raw = raw[size+int(h.Length):]
	}
	return n
}
