package nightly

import (
	"cmp"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/cover"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// Engines begin with a selection of the stored entries of a target: first the few that together
// reach what all of them reach, those that add most before others, then those that are not traced
// in this build. Go's engine gets the first maxGiven of them, since it runs all of them whenever
// it starts. The store keeps the others. Pinned entries are replayed instead.
//
// See reach.go for which entries are traced, and what that may cost.

// seedAllEngines gives the engines of all targets the entries to begin with.
func (n *night) seedAllEngines() {
	left := max(0, min(n.Budget/tracingPart, n.Budget-n.state.Spent))
	if n.Inputs > 0 {
		left = time.Hour
	}
	var builds []string
	for i, t := range n.targets {
		w := &selection{night: n, t: t, limit: left / time.Duration(len(n.targets)-i), unfit: map[store.ID]bool{}}
		n.addTrouble(w.seedFromStore())
		if n.ctx.Err() != nil {
			return
		}
		left -= w.spent
		n.state.Spent += w.spent
		if w.build != "" {
			builds = append(builds, w.build)
		}
	}
	n.addTrouble(n.state.saveState(n.Dir))
	if len(n.troubles) == 0 {
		n.addTrouble(n.local.ForgetFeatures(n.ctx, builds...)) // of older sources
	}
}

// selection chooses the entries with which the engines of a target begin.
type selection struct {
	*night
	t     *builtTarget
	items []store.Item // of the store, but for pinned ones

	limit, spent time.Duration // of tracing
	build        string        // in which entries are traced; empty: they are not
	reached      map[store.ID]store.Reach
	bytes        map[store.ID]int  // of entries that are traced
	unfit        map[store.ID]bool // entries that fail, or whose arguments have other types
}

func (w *selection) seedFromStore() error {
	if _, err := w.storeNewInputs(w.t); err != nil { // inputs that an earlier process found
		return err
	}
	items, err := w.local.List(w.ctx, store.Filter{Target: w.t.String(), Traced: true})
	if err != nil {
		return err
	}
	w.items = slices.DeleteFunc(items, func(i store.Item) bool { return i.Pinned })
	err = w.traceEntries() // without a trace all entries are given
	return errors.Join(err, w.installCorpus(w.rankEntries()))
}

// rankEntries returns the selected entries, the best first.
func (w *selection) rankEntries() []store.ID {
	var ids, rest []store.ID
	var inputs []cover.Input
	for _, i := range w.items {
		reach, traced := w.reached[i.ID]
		switch {
		case w.unfit[i.ID]:
		case traced:
			ids = append(ids, i.ID)
			inputs = append(inputs, cover.Input{Bytes: w.bytes[i.ID], Cost: reach.Cost, Features: reach.Features})
		default:
			rest = append(rest, i.ID)
		}
	}
	chosen := cover.Choose(inputs, cover.Spares{})
	var best []int
	for at := range chosen {
		best = append(best, at)
	}
	slices.SortFunc(best, func(a, b int) int { return cmp.Or(cmp.Compare(chosen[b].New, chosen[a].New), cmp.Compare(a, b)) })
	var order []store.ID
	for _, at := range best {
		order = append(order, ids[at])
	}
	if w.build != "" {
		w.Log("%s: %d entries reach what %d reach; %d more are not traced yet", w.t, len(best), len(ids), len(rest))
	}
	return append(order, rest...)
}

// installCorpus makes the folders of the engines hold the selected entries, and no others of the
// store.
func (w *selection) installCorpus(order []store.ID) error {
	place := make(map[store.ID]int, len(order))
	for i, id := range order {
		place[id] = i
	}
	if err := w.removeUnranked(place); err != nil {
		return err
	}
	for e, err := range w.local.Entries(w.ctx, store.Filter{Target: w.t.String(), Traced: true}) {
		at, in := place[e.ID]
		if err != nil || !in {
			continue // installPinned reported the error
		}
		input := format.Input{Form: e.Form, Data: e.Data}
		err := w.seedTurbo(w.t, input)
		if err == nil && at < maxGiven {
			err = w.seedNative(w.t, input)
		}
		if err != nil {
			return err
		}
	}
	return w.ctx.Err()
}

// removeUnranked removes entries of the store that have no place from the folders of the engines.
func (w *selection) removeUnranked(place map[store.ID]int) error {
	var errs []error
	remove := func(folder, name string, data []byte, most int) {
		id := store.Sum(data)
		if at, in := place[id]; w.t.stored[id] && (!in || at >= most) {
			errs = append(errs, os.Remove(filepath.Join(folder, name)))
		}
	}
	folder := filepath.Join(w.nativeFolder(w.t), w.t.Name)
	files, err := readInputs(folder)
	errs = append(errs, err)
	for name, file := range files {
		if in, err := goFormat.Decode(file); err == nil {
			remove(folder, name, in.Data, maxGiven)
		}
	}
	folder = filepath.Join(w.turboFolder(w.t), "entries")
	files, err = readInputs(folder)
	errs = append(errs, err)
	for name, data := range files {
		remove(folder, name, data, len(place))
	}
	return errors.Join(errs...)
}
