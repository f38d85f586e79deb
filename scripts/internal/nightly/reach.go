package nightly

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/pongcheck/pongcheck/corpus/cover"
	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/corpus/store"
)

// Tracing must cost less than it saves. Entries of a target that runs with package turbo
// are traced in one process of the binary that there is for that, at a hundredth of what
// Go's engine takes to run them whenever it starts. For another target a binary is built,
// and each entry is a process, which takes ten times as long as the engine, or more: that
// is done only if the engine can not begin with all of them.
const (
	fewServed = 100 // entries are given untraced
	tracings  = 2   // of an entry: only what it reaches every time counts

	// tracingPart is the part of the budget, of which it is taken, that tracing takes at
	// most. Targets share it evenly, and what one does not need the later ones get. Entries
	// are traced in the order in which they are stored. What they reached is kept in the
	// store of the night by build: the next night traces those that are left.
	tracingPart = 10

	mostFailing  = 50  // entries that are looked at
	tracedAtOnce = 256 // what these reached is kept before the next are run
)

// traceEntries finds out what the entries reach, as far as that is worth while and time allows,
// and looks at those that fail as at what engines find.
func (w *selection) traceEntries() error {
	tracer, engine, err := w.chooseTracer()
	if tracer == nil || err != nil {
		return err
	}
	began := time.Now()
	failed, ran, err := w.traceAll(tracer)
	w.spent = time.Since(began)
	err = errors.Join(err, tracer.Close())
	w.mu.Lock()
	w.state.Inside += tracer.CPU()
	w.state.tallyOf(w.t.String() + " traced").Executions += ran
	w.state.tallyOf(w.t.String() + " traced").CPU += tracer.CPU()
	w.mu.Unlock()
	for _, file := range failed[:min(len(failed), mostFailing)] {
		err = errors.Join(err, w.handleFailure(w.t, engine, file))
	}
	return err
}

// chooseTracer is nil if it is not worth while. The engine is the one that runs entries alike.
func (w *selection) chooseTracer() (tracer Tracer, engine Kind, err error) {
	binary := w.t.binaries[Turbo]
	served := binary != "" && runtime.GOOS == "linux" // it has no counters elsewhere
	if len(w.items) <= fewServed || !served && len(w.items) <= maxGiven || w.limit == 0 {
		return nil, "", nil
	}
	if !served {
		w.Log("building %s to trace it", w.t.Path)
		if binary, err = w.t.Build(w.ctx, Cover, filepath.Join(w.Dir, "bin"), ""); err != nil {
			return nil, "", err
		}
	}
	t, err := newTraced(w.t.Target, w.t.folderIn(w.t.mirrors[Race]), hangs)
	if err != nil {
		return nil, "", err
	}
	if err := t.setBinary(binary); err != nil {
		return nil, "", errors.Join(err, t.Close())
	}
	if served {
		return newServed(t), Turbo, nil
	}
	return &alone{t}, Native, nil
}

// traceAll traces what was not traced in this build, until the time is over. It returns
// the files of entries that fail.
func (w *selection) traceAll(tracer Tracer) (failed [][]byte, ran int, err error) {
	w.build = tracer.Built()
	if w.reached, err = w.local.Features(w.ctx, w.build); err != nil {
		return nil, 0, err
	}
	w.bytes = map[store.ID]int{}
	ctx, stop := context.WithTimeout(w.ctx, w.limit)
	defer stop()
	var batch []store.Entry
	trace := func() error {
		fails, n, err := w.traceBatch(ctx, tracer, batch)
		failed, ran, batch = append(failed, fails...), ran+n, batch[:0]
		return err
	}
	for e, err := range w.local.Entries(w.ctx, store.Filter{Target: w.t.String(), Traced: true}) {
		if err != nil || e.Pinned {
			continue // restock told of the error
		}
		w.bytes[e.ID] = len(e.Data)
		if _, known := w.reached[e.ID]; known || ctx.Err() != nil {
			continue
		}
		if batch = append(batch, e); len(batch) == tracedAtOnce {
			if err := trace(); err != nil {
				return failed, ran, err
			}
		}
	}
	return failed, ran, trace()
}

// traceBatch traces entries, and keeps what they reached. That the time is over is no error.
func (w *selection) traceBatch(ctx context.Context, tracer Tracer, entries []store.Entry) (failed [][]byte, ran int, err error) {
	err = tracer.Ahead(ctx, func(yield func(format.Input) bool) {
		for _, e := range entries {
			if !yield(format.Input{Form: e.Form, Data: e.Data}) {
				return
			}
		}
	}, tracings)
	if err != nil && ctx.Err() == nil {
		return nil, 0, fmt.Errorf("trace the entries of %s: %w", w.t, err)
	}
	fresh := map[store.ID]store.Reach{}
	for _, e := range entries {
		in := format.Input{Form: e.Form, Data: e.Data}
		reach, err := stableReach(ctx, tracer, in)
		switch {
		case err == nil:
			fresh[e.ID], w.reached[e.ID] = reach, reach
			ran += tracings
		case errors.Is(err, ErrMisfit):
			w.unfit[e.ID] = true
		case errors.Is(err, ErrFails), errors.Is(err, ErrHangs):
			w.unfit[e.ID] = true
			ran++
			if file, err := encodeInput(in); err == nil {
				failed = append(failed, file)
			}
		case ctx.Err() == nil:
			return failed, ran, fmt.Errorf("trace an entry of %s: %w", w.t, err)
		}
	}
	if len(fresh) > 0 {
		err = w.local.PutFeatures(w.ctx, w.build, fresh)
	} else {
		err = nil
	}
	return failed, ran, err
}

// stableReach is what an input reaches every time.
func stableReach(ctx context.Context, tracer Tracer, in format.Input) (store.Reach, error) {
	var cost uint64
	features, _, err := cover.Stable(tracings, func() ([]uint32, error) {
		features, c, err := tracer.Trace(ctx, in)
		cost = max(cost, c)
		return features, err
	})
	return store.Reach{Features: features, Cost: cost}, err
}
