package main

import (
	"cmp"
	"flag"
	"fmt"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/corpus/store"
)

var corpusSyncVerb = verb{
	name:  "corpus sync",
	args:  "A B",
	short: "copy to each store what the other has and it has not",
	long: `Corpus sync makes both stores hold what one of them held: entries, and what was said
about them. What one of them dropped is dropped in both. Others may use the stores
meanwhile. If it is interrupted, the next one copies the rest. A folder that is not
there is made, but for A if B is not there either, or with -one-way.

Nothing is deleted, so that nothing is asked. What is damaged is told and
not copied; then the exit code is 2.
`,
	new: newCorpusSync,
}

func newCorpusSync(f *flag.FlagSet) action {
	oneWay := f.Bool("one-way", false, "only copy from A to B")
	return func(s *session, names []string) error {
		if len(names) != 2 {
			return usageError{"corpus sync", "corpus sync takes two stores"}
		}
		return withStores(s, "corpus sync", func(o *stores) error {
			open := o.any
			if there, err := folderThere(names[1]); err != nil {
				return err
			} else if *oneWay || !there {
				open = o.existing // of two that are not there, one is a typing error
			}
			a, err := open(names[0])
			if err != nil {
				return err
			}
			b, err := o.any(names[1])
			if err != nil {
				return err
			}
			if err := o.copy(b, a, names[0], names[1]); err != nil || *oneWay {
				return err
			}
			return o.copy(a, b, names[1], names[0])
		})
	}
}

func (o *stores) copy(dst, src *store.Store, from, to string) error {
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
	long: `Corpus diff lists the entries that are in the corpus of a target in one store only: "<"
in A, ">" in B. The exit code is 1 if there are any.
`,
	new: newCorpusDiff,
}

func newCorpusDiff(f *flag.FlagSet) action {
	target := f.String("target", "", "of this `target` only")
	json := f.Bool("json", false, jsonUsage)
	return func(s *session, names []string) error {
		if len(names) != 2 {
			return usageError{"corpus diff", "corpus diff takes two stores"}
		}
		return withStores(s, "corpus diff", func(o *stores) error {
			var lists [2][]store.Item
			for i, name := range names {
				st, err := o.existing(name)
				if err == nil {
					lists[i], err = st.List(s.ctx, store.Filter{Target: *target})
				}
				if err == nil {
					err = o.warn(st, name)
				}
				if err != nil {
					return err
				}
			}
			t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			differences(lists, func(side int, i *store.Item) {
				s.status.failed = true
				if *json {
					l := newEntryLine(i)
					l.Only = names[side]
					s.out.json(l)
					return
				}
				fmt.Fprintf(t, "%c %s\n", "<>"[side], rowOf(i))
			})
			return t.Flush()
		})
	}
}

// differences tells what is in one of two sorted lists only.
func differences(lists [2][]store.Item, tell func(side int, i *store.Item)) {
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
			tell(0, &a[0])
			a = a[1:]
		case order > 0:
			tell(1, &b[0])
			b = b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
}
