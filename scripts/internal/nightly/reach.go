package nightly

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/cover"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// Tracing must cost less than it saves. A target that runs with package turbo is traced in one
// process of the binary that turbo uses, in a hundredth of the time in which Go's engine runs
// the entries whenever it starts. For another target a binary is built, and each entry needs a
// process, which takes at least ten times as long as in the engine. So such a target is traced
// only if it has more entries than Go's engine begins with.
const (
	fewServed = 100 // entries are given to the engines untraced
	tracings  = 2   // of an entry; only features that it reaches each time count

	// Tracing takes the tracingPart-th part of the budget at most. Targets share that evenly, and
	// later ones get what earlier ones do not need. Entries are traced in the order in which they
	// are stored, and the store of the night keeps what they reached, by build: the next night
	// traces the rest.
	tracingPart = 10

	mostFailing  = 50  // entries that fail are handled, at most
	tracedAtOnce = 256 // what they reached is stored before the next are traced
)

// traceEntries measures what the stored entries reach, if that is worth its time, until its time is
// used up. Entries that fail are handled like failures that engines find.
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

// chooseTracer returns nil if tracing is not worth its time. The engine is the one that runs
// entries as the tracer does.
func (w *selection) chooseTracer() (tracer Tracer, engine Kind, err error) {
	binary := w.t.binaries[Turbo]
	served := binary != "" && runtime.GOOS == "linux" // turbo counts edges on Linux only
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

// traceAll traces the entries that were not traced in this build, until its time is used up. It
// returns the files of entries that fail.
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
			continue // installPinned reported the error
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

// traceBatch traces entries, and stores what they reached. The end of its time is no error.
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

// stableReach returns what an input reaches each time.
func stableReach(ctx context.Context, tracer Tracer, in format.Input) (store.Reach, error) {
	var cost uint64
	features, _, err := cover.Stable(tracings, func() ([]uint32, error) {
		features, c, err := tracer.Trace(ctx, in)
		cost = max(cost, c)
		return features, err
	})
	return store.Reach{Features: features, Cost: cost}, err
}
