package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/corpus/cover"
	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/corpus/store"
	"github.com/pongcheck/pongcheck/scripts/internal/nightly"
)

var corpusMinVerb = verb{
	name:  "corpus min",
	args:  "STORE -target T",
	short: "drop the entries that reach nothing that others do not",
	long: `Corpus min runs the entries of a target and chooses the few that reach all the code
of its module that all of them reach: in every block as often, counted in eight
steps. The others are dropped. It needs the source of the target: it builds its
test binary. Targets that are made by fuzz.Tracker, fuzz.Responder or fuzz.Decoder run
all entries in one process (on Linux), where states of the model count as well; others
run each in a process of its own. What an entry reached is kept in the store, for as
long as the binary does not change.

Before that it runs what is in quarantine, once and for -timeout at most. What passes leaves
the quarantine. An entry with which the target fails, or does not end, stays where
it is and is told; nothing that is pinned is dropped.

Without -do nothing is dropped: it only tells what would be.
`,
	new: newCorpusMin,
}

// minimising is a corpus min.
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
	t       nightly.Tracer
}

func newCorpusMin(f *flag.FlagSet) action {
	m := &minimising{}
	f.StringVar(&m.target, "target", "", "the `target`: example.com/m/pkg.FuzzX")
	f.StringVar(&m.dir, "C", ".", "a `folder` of the target's module")
	f.IntVar(&m.times, "times", 2, "run each entry a `number` of times: only what it reaches every time counts")
	durationVar(f, &m.timeout, "timeout", 10*time.Second, "the most that a run may take (`duration`)")
	f.IntVar(&m.spares.Rare, "rare", 2, "what a `number` of entries or fewer reach is rare ...")
	f.IntVar(&m.spares.Count, "spares", 0, "... and so many more of them are kept (`number`)")
	f.StringVar(&m.run, "run", "", "who drops them: a `name`, the URL of a CI job")
	f.BoolVar(&m.do, "do", false, "drop them")
	return func(s *session, names []string) error {
		if len(names) != 1 || m.target == "" {
			return usageError{"corpus min", "corpus min takes one store, and -target"}
		}
		if m.times < 1 || m.timeout <= 0 || m.spares.Rare < 0 || m.spares.Count < 0 {
			return usageError{"corpus min", "-times is 1 at least, -timeout more than 0, -rare and -spares 0 at least"}
		}
		return withStores(s, "corpus min", func(o *stores) (err error) {
			m.o = o
			if m.st, err = o.existing(names[0]); err != nil {
				return err
			}
			t, err := findFuzz(s.ctx, m.dir, m.target)
			if err == nil {
				m.t, err = nightly.NewTracer(s.ctx, t, m.timeout)
			}
			if err != nil {
				return fmt.Errorf("build %s: %w", m.target, err)
			}
			defer m.t.Close()
			if err := m.release(); err != nil {
				return err
			}
			if err := m.minimise(); err != nil {
				return err
			}
			return o.warn(m.st, names[0])
		})
	}
}

// findFuzz finds a fuzz target by its name, as the store has it, from a folder of its module.
func findFuzz(ctx context.Context, dir, target string) (t nightly.Target, err error) {
	pkg, name := splitTarget(target)
	if !isFuzzName(name) || strings.HasPrefix(pkg, "-") {
		return t, fmt.Errorf("target %.200q: want an import path, a dot, and the name of a fuzz function", target)
	}
	found, err := nightly.Packages(ctx, dir, pkg)
	if err != nil {
		return t, err
	}
	if len(found) != 1 {
		return t, fmt.Errorf("%s has no %s", pkg, name)
	}
	return nightly.Target{Package: found[0], Name: name}, nil
}

// release runs what is in quarantine, and takes what passes out of it.
func (m *minimising) release() error {
	if err := m.ahead(store.Filter{Target: m.target, Quarantined: true}, nil, 1); err != nil {
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
			m.o.s.out.printf("%s stays in quarantine: %v\n", brief(e.ID), err)
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

// ahead has entries traced ahead, but for those that are known.
func (m *minimising) ahead(filter store.Filter, known map[store.ID]store.Reach, times int) error {
	ctx := m.o.s.ctx
	return m.t.Ahead(ctx, func(yield func(format.Input) bool) {
		for e, err := range m.st.Entries(ctx, filter) {
			_, traced := known[e.ID]
			if err != nil || traced { // whoever asks for it is told
				continue
			}
			if !yield(format.Input{Form: e.Form, Data: e.Data}) {
				return
			}
		}
	}, times)
}

// minimise drops what is covered, or tells what it would.
func (m *minimising) minimise() error {
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
	if err := m.ahead(store.Filter{Target: m.target, Traced: true}, known, m.times); err != nil {
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
		return fmt.Errorf("%s: of %d entries none reaches code that is counted: nothing is dropped", m.target, len(plan.Drop))
	}
	for _, p := range plan.Failed {
		m.o.s.out.printf("%s stays: %v\n", p.Name, p.Err)
	}
	if !m.do {
		for _, id := range plan.Drop {
			m.o.s.out.printf("would drop %s\n", id)
		}
	} else if len(plan.Drop) > 0 {
		if err := m.st.Drop(ctx, m.target, store.DropReason{Reason: "covered", Build: m.t.Built(), Run: m.run}, plan.Drop...); err != nil {
			return err
		}
	}
	done := "dropped"
	if !m.do {
		done = "would be dropped: -do drops them"
	}
	m.o.s.out.printf("build %s\n%d features, %d of them not every time; %d entries kept, %d %s\n",
		m.t.Built(), plan.Reached, flaky(plan), len(plan.Keep), len(plan.Drop), done)
	return nil
}

// flaky counts what was reached some times only.
func flaky(p *store.Plan) int {
	all := map[uint32]bool{}
	for _, features := range p.Flaky {
		for _, f := range features {
			all[f] = true
		}
	}
	return len(all)
}
