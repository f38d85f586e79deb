package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pongcheck/pongcheck/scripts/internal/cover"
)

// Tracing says how Minimise traces the entries of a target.
type Tracing struct {
	Target string
	Build  string       // of the target; Minimise stores what entries reach under this name
	Times  int          // how often each entry is traced; only what it reaches every time counts
	Spares cover.Spares // entries to keep besides the cover

	// Trace runs the target on an entry and returns what the entry reached. The caller sets the
	// limits of the run. cost is a count, not a time, so that the choice is the same on every
	// machine. An error means that the entry could not be traced.
	Trace func(data []byte) (features []uint32, cost uint64, err error)
}

// Plan is what a minimisation would keep and drop. [Store.Drop] carries it out, with the reason
// "covered" and the build.
type Plan struct {
	Keep    []Kept          // stay in the corpus, and why
	Drop    []ID            // reach nothing that the kept entries do not reach
	Reached int             // how many features the kept entries reach
	Flaky   map[ID][]uint32 // features that an entry traced now reached in some runs only
	Failed  []Problem       // entries that could not be read or traced; they stay
}

// Kept is an item that stays, and the reason.
type Kept struct {
	Item
	Why cover.Why
}

// Minimise plans to keep the few entries of a target that reach everything all of them reach. It
// traces the entries that nobody traced in this build, and stores what they reach for the next
// time. Pinned entries always stay, and what they reach counts. Entries in quarantine stay too,
// but are not traced and do not count.
func (s *Store) Minimise(ctx context.Context, t Tracing) (*Plan, error) {
	known, err := s.Features(ctx, t.Build)
	if err != nil {
		return nil, fmt.Errorf("minimise %s: %w", t.Target, err)
	}
	plan := &Plan{Flaky: map[ID][]uint32{}}
	var items []Item
	var inputs []cover.Input
	traced := map[ID]Reach{}
	for e, err := range s.Entries(ctx, Filter{Target: t.Target, Traced: true}) {
		if err != nil && e.ID == (ID{}) {
			return nil, fmt.Errorf("minimise %s: %w", t.Target, err)
		}
		reach, ok := known[e.ID]
		if err == nil && !ok {
			reach, err = t.traceStable(e, plan)
		}
		if err != nil {
			plan.Failed = append(plan.Failed, Problem{key{entryKind, e.ID}.String(), err})
			plan.Keep = append(plan.Keep, Kept{e.Item, cover.Why{Kept: true}})
			continue
		}
		if !ok {
			traced[e.ID] = reach
		}
		items = append(items, e.Item)
		inputs = append(inputs, cover.Input{Bytes: len(e.Data), Cost: reach.Cost, Features: reach.Features, Keep: e.Pinned})
	}
	if len(traced) > 0 {
		if err := s.PutFeatures(ctx, t.Build, traced); err != nil {
			return nil, fmt.Errorf("minimise %s: %w", t.Target, err)
		}
	}
	plan.chooseItems(items, inputs, t.Spares)
	return plan, nil
}

// traceStable traces an entry t.Times times.
func (t *Tracing) traceStable(e Entry, plan *Plan) (Reach, error) {
	var cost uint64
	stable, flaky, err := cover.Stable(t.Times, func() ([]uint32, error) {
		features, c, err := t.Trace(e.Data)
		cost = max(cost, c)
		return features, err
	})
	if len(flaky) > 0 {
		plan.Flaky[e.ID] = flaky
	}
	return Reach{stable, cost}, err
}

// chooseItems fills in what to keep and what to drop.
func (p *Plan) chooseItems(items []Item, inputs []cover.Input, spares cover.Spares) {
	chosen := cover.Choose(inputs, spares)
	for i, item := range items {
		if why, ok := chosen[i]; ok {
			p.Keep = append(p.Keep, Kept{item, why})
			p.Reached += why.New
		} else {
			p.Drop = append(p.Drop, item.ID)
		}
	}
	slices.SortFunc(p.Keep, func(a, b Kept) int { return a.ID.Compare(b.ID) })
	slices.SortFunc(p.Drop, ID.Compare)
}

// Explanation says where an entry came from and why it is worth keeping.
type Explanation struct {
	Item    Item
	Records []Record // who added, dropped or cleared it
	Reach   *Reach   // in the build that was asked for; nil if nobody traced it there
	Only    []uint32 // features that no other entry of the target reaches
}

// Explain says who found an entry of a target, and which features only this entry reaches in a
// build. It uses what [Store.Minimise] stored, and traces nothing.
func (s *Store) Explain(ctx context.Context, target, build string, id ID) (*Explanation, error) {
	records, err := s.Records(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	items, err := s.List(ctx, Filter{Target: target})
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	reached, err := s.Features(ctx, build)
	if err != nil {
		return nil, fmt.Errorf("explain: %w", err)
	}
	at := -1
	inputs := make([]cover.Input, len(items))
	for i, item := range items {
		inputs[i].Features = reached[item.ID].Features
		if item.ID == id {
			at = i
		}
	}
	if at < 0 {
		if len(records) == 0 {
			return nil, fmt.Errorf("explain entry %s: %w", id, fs.ErrNotExist)
		}
		return &Explanation{Item: Item{ID: id, Target: target}, Records: records}, nil
	}
	e := &Explanation{Item: items[at], Records: records, Only: cover.Only(inputs, at)}
	if r, ok := reached[id]; ok {
		e.Reach = &r
	}
	return e, nil
}
