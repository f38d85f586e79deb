package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/cover"
	"github.com/pongcheck/pongcheck/scripts/internal/nightly"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

var corpusMinVerb = verb{
	name:  "corpus min",
	args:  "STORE -target T",
	short: "say which entries reach nothing that others do not; -do drops them",
	long: `Corpus min runs the entries of a target and chooses the few that together reach all
code of its module that all entries reach, counting how often (in eight steps). With
-do it drops the others; without it, it only says what it would drop.

It needs the source of the target, and builds its test binary. The entries of targets
made by fuzz.Tracker, fuzz.Responder or fuzz.Decoder run in one process (on Linux), and
states of the model count as well; other entries run in a process each. The store
remembers what an entry reached for as long as the binary does not change.

First it runs each entry in quarantine once, for -timeout at most. What passes leaves
the quarantine. What fails or does not end stays there and is reported. Nothing that
is pinned is dropped.
`,
	new: onStore(storeRead, newCorpusMin),
}

// minimising is one call of corpus min.
type minimising struct {
	target  string
	dir     string
	times   int
	timeout time.Duration
	spares  cover.Spares
	run     string
	do      bool
	o       *stores
	st      *store.Store
	t       nightly.Tracer // runs an entry and says what it reached
}

func newCorpusMin(f *flag.FlagSet) storeAction {
	m := &minimising{}
	f.StringVar(&m.target, "target", "", "run the entries of this `target`: example.com/m/pkg.FuzzX")
	f.StringVar(&m.dir, "C", ".", "the `folder` of the target's module")
	f.IntVar(&m.times, "times", 2, "run each entry a `number` of times; only what it reaches every time counts")
	durationVar(f, &m.timeout, "timeout", 10*time.Second, "the most that a run may take (`duration`)")
	f.IntVar(&m.spares.Rare, "rare", 2, "what a `number` of entries or fewer reach is rare ...")
	f.IntVar(&m.spares.Count, "spares", 0, "... and so many more of them are kept (`number`)")
	f.StringVar(&m.run, "run", "", "who drops them: a `name`, the URL of a CI job")
	f.BoolVar(&m.do, "do", false, "drop them")
	return func(o *stores, st *store.Store, _ []string) error {
		switch {
		case m.times < 1:
			return usageError{"corpus min", "corpus min: -times must be 1 or more"}
		case m.timeout <= 0:
			return usageError{"corpus min", "corpus min: -timeout must be more than 0"}
		case m.spares.Rare < 0 || m.spares.Count < 0:
			return usageError{"corpus min", "corpus min: -rare and -spares cannot be negative"}
		}
		m.o, m.st = o, st
		t, err := findFuzzTarget(o.s.ctx, m.dir, m.target)
		if err == nil {
			m.t, err = nightly.NewTracer(o.s.ctx, t, m.timeout)
		}
		if err != nil {
			return fmt.Errorf("build %s: %w", m.target, err)
		}
		defer m.t.Close()
		if err := m.clearQuarantine(); err != nil {
			return err
		}
		return m.dropCovered()
	}
}

// findFuzzTarget finds a fuzz target by its name, as the store has it, from a folder of its module.
func findFuzzTarget(ctx context.Context, dir, target string) (t nightly.Target, err error) {
	if err := checkTarget(target); err != nil {
		return t, err
	}
	pkg, name := splitTarget(target)
	found, err := nightly.Packages(ctx, dir, pkg)
	if err != nil {
		return t, err
	}
	if len(found) != 1 {
		return t, fmt.Errorf("%s has no %s", pkg, name)
	}
	return nightly.Target{Package: found[0], Name: name}, nil
}

// clearQuarantine runs what is in quarantine. What passes leaves it.
func (m *minimising) clearQuarantine() error {
	if err := m.traceAhead(store.Filter{Target: m.target, Quarantined: true}, nil, 1); err != nil {
		return err
	}
	var passed []store.ID
	for e, err := range m.st.Entries(m.o.s.ctx, store.Filter{Target: m.target, Quarantined: true}) {
		if err == nil {
			_, _, err = m.t.Trace(m.o.s.ctx, format.Input{Form: e.Form, Data: e.Data})
		}
		if m.o.s.ctx.Err() != nil || e.ID == (store.ID{}) {
			return err
		}
		if err != nil {
			m.o.s.out.printf("%s stays in quarantine: %v\n", shortID(e.ID), err)
			continue
		}
		passed = append(passed, e.ID)
	}
	if len(passed) == 0 {
		return nil
	}
	m.o.s.out.printf("%d entries leave the quarantine\n", len(passed))
	return m.st.Clear(m.o.s.ctx, m.t.Built(), m.run, passed...)
}

// traceAhead traces entries together, as that is faster, except those that are known.
func (m *minimising) traceAhead(filter store.Filter, known map[store.ID]store.Reach, times int) error {
	ctx := m.o.s.ctx
	return m.t.Ahead(ctx, func(yield func(format.Input) bool) {
		for e, err := range m.st.Entries(ctx, filter) {
			_, traced := known[e.ID]
			if err != nil || traced { // the reader of the entry gets the error
				continue
			}
			if !yield(format.Input{Form: e.Form, Data: e.Data}) {
				return
			}
		}
	}, times)
}

// dropCovered drops the entries that reach nothing of their own, or says which it would
// drop.
func (m *minimising) dropCovered() error {
	ctx := m.o.s.ctx
	items, err := m.st.List(ctx, store.Filter{Target: m.target, Traced: true})
	if err != nil {
		return err
	}
	forms := make(map[store.ID]format.Form, len(items))
	for _, item := range items {
		forms[item.ID] = item.Form
	}
	known, err := m.st.Features(ctx, m.t.Built())
	if err != nil {
		return err
	}
	if err := m.traceAhead(store.Filter{Target: m.target, Traced: true}, known, m.times); err != nil {
		return err
	}
	plan, err := m.st.Minimise(ctx, store.Tracing{
		Target: m.target, Build: m.t.Built(), Times: m.times, Spares: m.spares,
		Trace: func(data []byte) ([]uint32, uint64, error) {
			return m.t.Trace(ctx, format.Input{Form: forms[store.Sum(data)], Data: data})
		},
	})
	if err := errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	if plan.Reached == 0 && len(plan.Drop) > 0 {
		return fmt.Errorf("minimise %s: none of %d entries reaches code that is counted, so nothing is dropped", m.target, len(plan.Drop))
	}
	for _, p := range plan.Failed {
		m.o.s.out.printf("%s stays: %v\n", p.Name, p.Err)
	}
	done := "dropped"
	if !m.do {
		done = "would be dropped: -do drops them"
		for _, id := range plan.Drop {
			m.o.s.out.printf("would drop %s\n", id)
		}
	} else if len(plan.Drop) > 0 {
		if err := m.st.Drop(ctx, m.target, store.DropReason{Reason: "covered", Build: m.t.Built(), Run: m.run}, plan.Drop...); err != nil {
			return err
		}
	}
	m.o.s.out.printf("build %s\n%d features, %d of them not every time; %d entries kept, %d %s\n",
		m.t.Built(), plan.Reached, countFlaky(plan), len(plan.Keep), len(plan.Drop), done)
	return nil
}

// countFlaky counts the features that an entry reached in some of its runs only.
func countFlaky(p *store.Plan) int {
	all := map[uint32]bool{}
	for _, features := range p.Flaky {
		for _, f := range features {
			all[f] = true
		}
	}
	return len(all)
}
