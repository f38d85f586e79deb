package main

import (
	"flag"
	"time"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

var corpusVerifyVerb = verb{
	name:  "corpus verify",
	args:  "STORE",
	short: "compare every object with its hash",
	long: `Corpus verify reads a whole store and lists what is damaged, what is no object, and
entries whose bytes are lost. The exit code is 1 if there is any. The other verbs use
the rest as if the damage were not there.

With -heal it deletes what it listed. It first rewrites what is good in a damaged pack.
What was lost comes back by corpus sync with a store that has it.
`,
	new: onStore(storeRepaired, newCorpusVerify),
}

func newCorpusVerify(f *flag.FlagSet) storeAction {
	heal := f.Bool("heal", false, "delete what is damaged")
	json := f.Bool("json", false, jsonUsage)
	return func(o *stores, st *store.Store, _ []string) error {
		if *heal && *json {
			return usageError{"corpus verify", "corpus verify: -heal and -json exclude each other"}
		}
		c, err := st.Verify(o.s.ctx)
		if err != nil {
			return err
		}
		for _, p := range c.Problems {
			o.s.status.failed = true
			if *json {
				o.s.out.json(problemLine{Schema: schema, Type: "problem", Object: p.Name, Problem: p.Err.Error()})
			} else {
				o.s.out.printf("%s\n", p)
			}
		}
		if !*json {
			o.s.out.printf("%d entries; %d loose objects, %d packs, %d in the trash; %d problems\n", c.Entries, c.Loose, c.Packs, c.Trash, len(c.Problems))
		}
		if !*heal || len(c.Problems) == 0 {
			return nil
		}
		if err := st.Heal(o.s.ctx, c.Problems); err != nil {
			return err
		}
		o.s.out.printf("healed\n")
		return nil
	}
}

var corpusGCVerb = verb{
	name:  "corpus gc",
	args:  "STORE",
	short: "pack loose objects and delete what was dropped long ago",
	long: `Corpus gc tidies a store. It packs loose objects and small packs into few large ones,
moves what is in no corpus to the trash, and deletes what has been in the trash for
long. Others may use the store meanwhile.

Without -do it only says what it would do.
`,
	new: onStore(storeRepaired, newCorpusGC),
}

// shortestAge is at least twice as long as a write may take: see store.GC.
const shortestAge = time.Minute

func newCorpusGC(f *flag.FlagSet) storeAction {
	loose := f.Int("loose", 64, "leave up to a `number` of objects loose")
	var age time.Duration
	durationVar(f, &age, "age", 30*24*time.Hour, "delete what has been in the trash for a `duration`, at least twice as long as any write may take")
	do := f.Bool("do", false, "do it")
	return func(o *stores, st *store.Store, _ []string) error {
		switch {
		case *loose < 0:
			return usageError{"corpus gc", "corpus gc: -loose cannot be negative"}
		case age < shortestAge:
			return usageError{"corpus gc", "corpus gc: -age must be at least " + shortestAge.String()}
		case *do:
			return o.collectGarbage(st, *loose, age, "")
		}
		r := newRehearsal(&countedBackend{o.open[0], o})
		if err := o.collectGarbage(store.New(r), *loose, age, "would be "); err != nil {
			return err
		}
		for _, name := range r.deletedNames() {
			o.s.out.printf("would delete %s\n", name)
		}
		o.s.out.printf("nothing was done: -do does it\n")
		return nil
	}
}

// collectGarbage prints how much it packed, threw away and deleted; would stands before
// the participles if st is a rehearsal.
func (o *stores) collectGarbage(st *store.Store, loose int, age time.Duration, would string) error {
	done, err := st.GC(o.s.ctx, loose, age)
	if err == nil {
		o.s.out.printf("%d objects %spacked, %d %sthrown away, %d files %sdeleted\n", done.Packed, would, done.Trashed, would, done.Deleted, would)
	}
	return err
}
