package store

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"github.com/pongcheck/pongcheck/corpus/cover"
)

// Tracing is how the entries of a target are traced.
type Tracing struct {
	Target string
	Build  string // of the target: what it reached is kept under this name
	Times  int    // that each entry is traced; only what it reaches every time counts
	Spares cover.Spares

	// Trace runs the target on an entry, under the limits that its caller sets, and
	// says what it reached and at what cost: a count, so that the result is the same
	// everywhere. An error means that it could not be traced.
	Trace func(data []byte) (features []uint32, cost uint64, err error)
}

// Plan is what a Minimise would keep and drop. [Store.Drop] carries it out, with Reason
// "covered" and the build.
type Plan struct {
	Keep    []Kept
	Drop    []ID
	Reached int             // features
	Flaky   map[ID][]uint32 // reached some times only, by entries traced now
	Failed  []Problem       // entries that could not be read or traced: they stay
}

// Kept is an item that stays, and why.
type Kept struct {
	Item
	Why cover.Why
}

// Minimise traces the entries of a target that were not traced in this build, and plans to
// keep the few that reach what all of them reach. Pinned entries stay, and count. Those in
// quarantine are left out: they stay, and do not count. What it traced is kept for the next time.
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

// traceStable traces an entry as often as is asked.
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

// Explanation is what is known about an entry.
type Explanation struct {
	Item    Item
	Records []Record // who found it, and what became of it since
	Reach   *Reach   // in the build; nil if it was not traced in it
	Only    []uint32 // that no other entry of the target reached
}

// Explain says who found an entry of a target, and what only it reaches in a build, as far
// as [Store.Minimise] traced it and the others.
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
