package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

var corpusLsVerb = verb{
	name:  "corpus ls",
	args:  "STORE",
	short: "list the entries",
	long: `Corpus ls lists the entries of a store, sorted by target and entry. The columns are
the first digits of the entry; its kind (seed, found, crash, regression, import);
its form (raw: the one argument of the target; args: several; trace: a trace of
pongcheck); and whether it is pinned or in quarantine.
`,
	new: onStore(storeRead, newCorpusLs),
}

func newCorpusLs(f *flag.FlagSet) storeAction {
	target := f.String("target", "", "list this `target` only")
	quarantined := f.Bool("quarantined", false, "list only what is in quarantine")
	json := f.Bool("json", false, jsonUsage)
	return func(o *stores, st *store.Store, _ []string) error {
		items, err := st.List(o.s.ctx, store.Filter{Target: *target, Quarantined: *quarantined})
		if err != nil {
			return err
		}
		t := tabwriter.NewWriter(o.s.out, 0, 0, 2, ' ', 0)
		if !*json {
			fmt.Fprintln(t, "ENTRY\tKIND\tFORM\tSTATE\tTARGET")
		}
		for i := range items {
			if *json {
				o.s.out.json(newEntryLine(&items[i]))
				continue
			}
			fmt.Fprintf(t, "%s\n", entryRow(&items[i]))
		}
		return t.Flush()
	}
}

// entryRow returns an entry as a row of a table.
func entryRow(i *store.Item) string {
	state := "-"
	switch {
	case i.Pinned:
		state = "pinned"
	case i.Quarantined:
		state = "quarantined"
	}
	return oneLine(fmt.Sprintf("%s\t%s\t%s\t%s\t%s", shortID(i.ID), i.Kind, formOf(i.Form), state, i.Target))
}

// oneLine joins the lines of a text from a store, which may be anybody's.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", " ") }

// shortID returns the first digits of an ID, as many as an ENTRY needs.
func shortID(id store.ID) string { return id.String()[:12] }

// formOf returns the form of an entry: raw unless another was recorded.
func formOf(f format.Form) format.Form {
	if f == "" {
		return format.Raw
	}
	return f
}

var corpusShowVerb = verb{
	name:  "corpus show",
	args:  "STORE ENTRY",
	short: "print an entry",
	long: `Corpus show prints an entry: a trace in its text form, anything else as go test
stores it. With another -format, such as raw, it prints the bytes as they are, for a
file or a pipe; a terminal gets escapes for what is not printable.
`,
	new: onStore(storeRead, newCorpusShow),
}

func newCorpusShow(f *flag.FlagSet) storeAction {
	as := formatFlag(f, "", "trace or go")
	return func(o *stores, st *store.Store, names []string) error {
		id, err := o.findEntry(st, names[0], "")
		if err != nil {
			return err
		}
		data, err := st.Get(o.s.ctx, id)
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("there is no entry %s", id)
		}
		if err != nil {
			return err
		}
		in := format.Input{Data: data}
		if in.Form, err = o.recordedForm(st, id); err != nil {
			return err
		}
		codec := as.codec
		if codec.Name == "" {
			name := "go"
			if in.Form == format.Trace {
				name = "trace"
			}
			if codec, err = format.Find(name); err != nil {
				return err
			}
		}
		file, err := codec.Encode(in)
		if err != nil {
			return fmt.Errorf("show entry %s as %s: %w", id, codec.Name, err)
		}
		if isText := codec.Name == "go" || codec.Name == "trace"; !isText && !isTerminal(o.s.out.w) {
			o.s.out.passRaw()
		}
		_, err = o.s.out.Write(file)
		return err
	}
}

// recordedForm returns what the bytes of an entry are, by the records of its adding.
func (o *stores) recordedForm(st *store.Store, id store.ID) (form format.Form, err error) {
	records, err := st.Records(o.s.ctx, id)
	for _, r := range records {
		if r.Add != nil {
			form = max(form, r.Add.Form)
		}
	}
	return form, err
}
