package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/corpus/store"
)

var corpusStatsVerb = verb{
	name:  "corpus stats",
	args:  "STORE",
	short: "count the entries of each target",
	long: `Corpus stats counts the entries of each target: of which kinds, how many are pinned and
how many in quarantine.
`,
	new: newCorpusStats,
}

func newCorpusStats(f *flag.FlagSet) action {
	asJSON := f.Bool("json", false, jsonUsage)
	return func(s *session, names []string) error {
		if len(names) != 1 {
			return usageError{"corpus stats", "corpus stats takes one store"}
		}
		return withStores(s, "corpus stats", func(o *stores) error {
			st, err := o.existing(names[0])
			if err != nil {
				return err
			}
			items, err := st.List(s.ctx, store.Filter{})
			if err != nil {
				return err
			}
			t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			if !*asJSON {
				fmt.Fprintln(t, "TARGET\tENTRIES\tSEED\tFOUND\tIMPORT\tCRASH\tREGRESSION\tPINNED\tQUARANTINED")
			}
			for _, l := range countTargets(items) {
				if *asJSON {
					s.out.json(l)
					continue
				}
				fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", oneLine(l.Target), l.Entries, l.Kinds[store.Seed], l.Kinds[store.Found],
					l.Kinds[store.Import], l.Kinds[store.Crash], l.Kinds[store.Regression], l.Pinned, l.Quarantined)
			}
			t.Flush()
			return o.warn(st, names[0])
		})
	}
}

// countTargets counts the entries of each target, sorted by its name.
func countTargets(items []store.Item) []corpusLine {
	lines := map[string]*corpusLine{}
	for _, i := range items {
		l := lines[i.Target]
		if l == nil {
			l = &corpusLine{Schema: schema, Type: "corpus", Target: i.Target, Kinds: map[store.Kind]int{}}
			lines[i.Target] = l
		}
		l.Entries++
		l.Kinds[i.Kind]++
		if i.Pinned {
			l.Pinned++
		}
		if i.Quarantined {
			l.Quarantined++
		}
	}
	var all []corpusLine
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		all = append(all, *lines[name])
	}
	return all
}

var corpusExplainVerb = verb{
	name:  "corpus explain",
	args:  "STORE ENTRY",
	short: "tell where an entry came from and why it is kept",
	long: `Corpus explain tells who added an entry, and who dropped it and why; and, where corpus
min has run it in a build of its target, what only it reaches there. Builds are
named by corpus min.
`,
	new: newCorpusExplain,
}

func newCorpusExplain(f *flag.FlagSet) action {
	target := f.String("target", "", "as an entry of this `target`, if it is one of several")
	build := f.String("build", "", "what it reaches in this `build` of the target")
	return func(s *session, names []string) error {
		if len(names) != 2 {
			return usageError{"corpus explain", "corpus explain takes a store and an entry"}
		}
		return withStores(s, "corpus explain", func(o *stores) error {
			st, err := o.existing(names[0])
			if err != nil {
				return err
			}
			id, err := o.find(st, names[1], *target)
			if err != nil {
				return err
			}
			return o.explain(st, id, *target, *build)
		})
	}
}

func (o *stores) explain(st *store.Store, id store.ID, target, build string) error {
	records, err := st.Records(o.s.ctx, id)
	if err != nil {
		return err
	}
	if len(records) == 0 {
		return fmt.Errorf("there is no entry %s", id)
	}
	targets := map[string]bool{}
	o.s.out.printf("%s\n", id)
	for i := range records {
		o.s.out.printf("  %s\n", oneLine(tellRecord(&records[i])))
		if a := records[i].Add; a != nil && (target == "" || a.Target == target) {
			targets[a.Target] = true
		}
	}
	for _, t := range slices.Sorted(maps.Keys(targets)) {
		e, err := st.Explain(o.s.ctx, t, build, id)
		if err != nil {
			return err
		}
		o.s.out.printf("%s: %s\n", oneLine(t), tellExplained(e, build))
	}
	return nil
}

// tellRecord is a record in a line.
func tellRecord(r *store.Record) string {
	by := ""
	if r.Run != "" {
		by = " by " + r.Run
	}
	at := r.Time.UTC().Format("2006-01-02 15:04")
	switch {
	case r.Add != nil:
		text := fmt.Sprintf("%s added to %s%s as %s", at, r.Add.Target, by, r.Add.Kind)
		if r.Add.Engine != "" {
			text += ", found by " + r.Add.Engine
		}
		for _, name := range slices.Sorted(maps.Keys(r.Add.Versions)) {
			text += fmt.Sprintf(", %s %s", name, r.Add.Versions[name])
		}
		if r.Add.Note != "" {
			note, _ := json.Marshal(r.Add.Note) // it may have several lines
			text += ": " + string(note)
		}
		return text
	case r.Drop != nil:
		text := fmt.Sprintf("%s dropped from %s%s: %s", at, r.Drop.Target, by, r.Drop.Reason)
		if r.Drop.Build != "" {
			text += ", in build " + r.Drop.Build
		}
		return text
	}
	return fmt.Sprintf("%s ran under limits%s, in build %s", at, by, cmp.Or(r.Clear.Build, "unknown"))
}

func tellExplained(e *store.Explanation, build string) string {
	switch {
	case e.Item.Kind == "":
		return "dropped"
	case build == "" && e.Item.Pinned:
		return "in, and pinned"
	case build == "" && e.Item.Quarantined:
		return "in, and in quarantine"
	case build == "":
		return "in"
	case e.Reach == nil:
		return "in, and was not run in build " + build
	}
	return fmt.Sprintf("in; reaches %d features at a cost of %d, %d of which no other entry reaches", len(e.Reach.Features), e.Reach.Cost, len(e.Only))
}
