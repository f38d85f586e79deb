package main

import (
	"cmp"
	"flag"
	"fmt"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/scripts/internal/remote"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

var corpusSyncVerb = verb{
	name:  "corpus sync",
	args:  "A B",
	short: "copy to each store what only the other has",
	long: `Corpus sync makes both stores hold what one of them held: entries, and the records
about them. What was dropped in one is dropped in both. It deletes nothing. Others may
use the stores meanwhile. After an interrupt, the next sync copies the rest.

A folder that does not exist is made. But A must exist if B does not, or with
-one-way: otherwise one of the names is probably mistyped.

Damaged objects are reported and not copied; then the exit code is 2.
`,
	new: onStore(storesOpenedByVerb, newCorpusSync),
}

func newCorpusSync(f *flag.FlagSet) storeAction {
	oneWay := f.Bool("one-way", false, "only copy from A to B")
	return func(o *stores, _ *store.Store, names []string) error {
		open := o.openStore
		if exists, err := remote.Exists(names[1]); err != nil {
			return err
		} else if *oneWay || !exists {
			open = o.openExisting
		}
		a, err := open(names[0])
		if err != nil {
			return err
		}
		b, err := o.openStore(names[1])
		if err != nil {
			return err
		}
		if err := o.copyStore(b, a, names[0], names[1]); err != nil || *oneWay {
			return err
		}
		return o.copyStore(a, b, names[1], names[0])
	}
}

func (o *stores) copyStore(dst, src *store.Store, from, to string) error {
	done, err := store.Sync(o.s.ctx, dst, src)
	if done != nil {
		for _, p := range done.Problems {
			o.s.reportTrouble(fmt.Errorf("%s: %s", from, p))
		}
		o.s.out.printf("%s to %s: %d entries, %d records\n", from, to, done.Entries, done.Records)
	}
	return err
}

var corpusDiffVerb = verb{
	name:  "corpus diff",
	args:  "A B",
	short: "list the entries that are in one store only",
	long: `Corpus diff lists the entries that a target has in one store only: "<" in A, ">" in B.
The exit code is 1 if there are any.
`,
	new: onStore(storesOpenedByVerb, newCorpusDiff),
}

func newCorpusDiff(f *flag.FlagSet) storeAction {
	target := f.String("target", "", "compare this `target` only")
	json := f.Bool("json", false, jsonUsage)
	return func(o *stores, _ *store.Store, names []string) error {
		var lists [2][]store.Item
		for i, name := range names {
			st, err := o.openExisting(name)
			if err == nil {
				lists[i], err = st.List(o.s.ctx, store.Filter{Target: *target})
			}
			if err == nil {
				err = o.reportDamage(st, name)
			}
			if err != nil {
				return err
			}
		}
		t := tabwriter.NewWriter(o.s.out, 0, 0, 2, ' ', 0)
		diffLists(lists, func(side int, i *store.Item) {
			o.s.status.failed = true
			if *json {
				l := newEntryLine(i)
				l.Only = names[side]
				o.s.out.json(l)
				return
			}
			fmt.Fprintf(t, "%c %s\n", "<>"[side], entryRow(i))
		})
		return t.Flush()
	}
}

// diffLists calls found for each item that is in one of two sorted lists only.
func diffLists(lists [2][]store.Item, found func(side int, i *store.Item)) {
	a, b := lists[0], lists[1]
	for len(a) > 0 || len(b) > 0 {
		order := 0
		switch {
		case len(b) == 0:
			order = -1
		case len(a) == 0:
			order = 1
		default:
			order = cmp.Or(cmp.Compare(a[0].Target, b[0].Target), a[0].ID.Compare(b[0].ID))
		}
		switch {
		case order < 0:
			found(0, &a[0])
			a = a[1:]
		case order > 0:
			found(1, &b[0])
			b = b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
}
