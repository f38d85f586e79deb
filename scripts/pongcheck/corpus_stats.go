package main

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

var corpusStatsVerb = verb{
	name:  "corpus stats",
	args:  "STORE",
	short: "count the entries of each target",
	long: `Corpus stats counts the entries of each target: by kind, how many are pinned, and how
many are in quarantine.
`,
	new: onStore(storeRead, newCorpusStats),
}

func newCorpusStats(f *flag.FlagSet) storeAction {
	asJSON := f.Bool("json", false, jsonUsage)
	return func(o *stores, st *store.Store, _ []string) error {
		items, err := st.List(o.s.ctx, store.Filter{})
		if err != nil {
			return err
		}
		t := tabwriter.NewWriter(o.s.out, 0, 0, 2, ' ', 0)
		if !*asJSON {
			fmt.Fprintln(t, "TARGET\tENTRIES\tSEED\tFOUND\tIMPORT\tCRASH\tREGRESSION\tPINNED\tQUARANTINED")
		}
		for _, l := range countTargets(items) {
			if *asJSON {
				o.s.out.json(l)
				continue
			}
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", oneLine(l.Target), l.Entries, l.Kinds[store.Seed], l.Kinds[store.Found],
				l.Kinds[store.Import], l.Kinds[store.Crash], l.Kinds[store.Regression], l.Pinned, l.Quarantined)
		}
		return t.Flush()
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
	short: "say where an entry came from and why it is kept",
	long: `Corpus explain says who added an entry, and who dropped it and why. If corpus min has
run the entry in a build of its target, -build says what only this entry reaches there.
Corpus min prints the names of builds.
`,
	new: onStore(storeRead, newCorpusExplain),
}

func newCorpusExplain(f *flag.FlagSet) storeAction {
	target := f.String("target", "", "explain the entry of this `target`, if several have it")
	build := f.String("build", "", "say what it reaches in this `build` of the target")
	return func(o *stores, st *store.Store, names []string) error {
		id, err := o.findEntry(st, names[0], *target)
		if err != nil {
			return err
		}
		return o.explainEntry(st, id, *target, *build)
	}
}

func (o *stores) explainEntry(st *store.Store, id store.ID, target, build string) error {
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
		o.s.out.printf("  %s\n", oneLine(describeRecord(&records[i])))
		if a := records[i].Add; a != nil && (target == "" || a.Target == target) {
			targets[a.Target] = true
		}
	}
	for _, t := range slices.Sorted(maps.Keys(targets)) {
		e, err := st.Explain(o.s.ctx, t, build, id)
		if err != nil {
			return err
		}
		o.s.out.printf("%s: %s\n", oneLine(t), describeState(e, build))
	}
	return nil
}

// describeRecord returns a record as a line of text.
func describeRecord(r *store.Record) string {
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

// describeState says what became of an entry, and in a build what it reaches.
func describeState(e *store.Explanation, build string) string {
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
