package main

import (
	"flag"
	"time"

	"github.com/pongcheck/pongcheck/corpus/store"
)

var corpusVerifyVerb = verb{
	name:  "corpus verify",
	args:  "STORE",
	short: "hold every object against its hash",
	long: `Corpus verify reads all of a store and tells what is damaged, or is no object, and
entries whose bytes are lost. The exit code is 1 if there is any. The rest is usable as
if that were not there.

With -heal it deletes what it told. What is good in a damaged pack is written
anew first. What was lost comes back by corpus sync with a store that has it.
`,
	new: newCorpusVerify,
}

func newCorpusVerify(f *flag.FlagSet) action {
	heal := f.Bool("heal", false, "delete what is damaged")
	json := f.Bool("json", false, jsonUsage)
	return func(s *session, names []string) error {
		if len(names) != 1 || *heal && *json {
			return usageError{"corpus verify", "corpus verify takes one store, and -heal or -json"}
		}
		return withStores(s, "corpus verify", func(o *stores) error {
			st, err := o.existing(names[0])
			if err != nil {
				return err
			}
			c, err := st.Verify(s.ctx)
			if err != nil {
				return err
			}
			for _, p := range c.Problems {
				s.status.failed = true
				if *json {
					s.out.json(problemLine{Schema: schema, Type: "problem", Object: p.Name, Problem: p.Err.Error()})
				} else {
					s.out.printf("%s\n", p)
				}
			}
			if !*json {
				s.out.printf("%d entries; %d loose objects, %d packs, %d in the trash; %d problems\n", c.Entries, c.Loose, c.Packs, c.Trash, len(c.Problems))
			}
			if !*heal || len(c.Problems) == 0 {
				return nil
			}
			if err := st.Heal(s.ctx, c.Problems); err != nil {
				return err
			}
			s.out.printf("healed\n")
			return nil
		})
	}
}

var corpusGCVerb = verb{
	name:  "corpus gc",
	args:  "STORE",
	short: "pack what is loose and delete what has long been dropped",
	long: `Corpus gc tidies a store: loose objects and small packs become few large ones, what is
in no corpus goes to the trash, and what has been there for long is deleted. Others
may use the store meanwhile.

Without -do it only tells what it would do.
`,
	new: newCorpusGC,
}

// shortestAge is twice as long as a write may take at least: see store.GC.
const shortestAge = time.Minute

func newCorpusGC(f *flag.FlagSet) action {
	loose := f.Int("loose", 64, "leave up to a `number` of objects loose")
	var age time.Duration
	durationVar(f, &age, "age", 30*24*time.Hour, "delete what has been in the trash for a `duration`: twice as long as any write may take at least")
	act := f.Bool("do", false, "do it")
	return func(s *session, names []string) error {
		if len(names) != 1 {
			return usageError{"corpus gc", "corpus gc takes one store"}
		}
		if *loose < 0 || age < shortestAge {
			return usageError{"corpus gc", "-loose is 0 at least, -age " + shortestAge.String()}
		}
		return withStores(s, "corpus gc", func(o *stores) error {
			st, err := o.existing(names[0])
			if err != nil {
				return err
			}
			var r *rehearsal
			if !*act {
				b, err := o.backend(names[0])
				if err != nil {
					return err
				}
				r = rehearse(b)
				st = store.New(r)
			}
			done, err := st.GC(s.ctx, *loose, age)
			if err != nil {
				return err
			}
			would := ""
			if r != nil {
				would = "would be "
				for _, name := range r.gone() {
					s.out.printf("would delete %s\n", name)
				}
			}
			s.out.printf("%d objects %spacked, %d %sthrown away, %d files %sdeleted\n", done.Packed, would, done.Trashed, would, done.Deleted, would)
			if r != nil {
				s.out.printf("nothing was done: -do does it\n")
			}
			return nil
		})
	}
}
