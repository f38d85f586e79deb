package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/corpus/store"
)

var corpusLsVerb = verb{
	name:  "corpus ls",
	args:  "STORE",
	short: "list the entries",
	long: `Corpus ls lists the entries that are in, sorted by target and entry: the first
digits of the entry, its kind (seed, found, crash, regression, import), what
its bytes are (raw: the one argument of the target; args: several; trace:
a trace of this toolkit), and what holds of it.
`,
	new: newCorpusLs,
}

func newCorpusLs(f *flag.FlagSet) action {
	target := f.String("target", "", "of this `target` only")
	quarantined := f.Bool("quarantined", false, "only those in quarantine")
	json := f.Bool("json", false, jsonUsage)
	return func(s *session, names []string) error {
		if len(names) != 1 {
			return usageError{"corpus ls", "corpus ls takes one store"}
		}
		return withStores(s, "corpus ls", func(o *stores) error {
			st, err := o.existing(names[0])
			if err != nil {
				return err
			}
			items, err := st.List(s.ctx, store.Filter{Target: *target, Quarantined: *quarantined})
			if err != nil {
				return err
			}
			t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
			if !*json {
				fmt.Fprintln(t, "ENTRY\tKIND\tFORM\tSTATE\tTARGET")
			}
			for i := range items {
				if *json {
					s.out.json(newEntryLine(&items[i]))
					continue
				}
				fmt.Fprintf(t, "%s\n", rowOf(&items[i]))
			}
			t.Flush()
			return o.warn(st, names[0])
		})
	}
}

// rowOf is a row of a table of entries.
func rowOf(i *store.Item) string {
	state := "-"
	switch {
	case i.Pinned:
		state = "pinned"
	case i.Quarantined:
		state = "quarantined"
	}
	return oneLine(fmt.Sprintf("%s\t%s\t%s\t%s\t%s", brief(i.ID), i.Kind, formOf(i.Form), state, i.Target))
}

// oneLine is a text from a store without what would make it look like several.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", " ") }

// brief is enough of an ID for a person, and for those who look it up.
func brief(id store.ID) string { return id.String()[:12] }

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
stores it, unless -format says otherwise. With -format raw it is the very bytes.
`,
	new: newCorpusShow,
}

func newCorpusShow(f *flag.FlagSet) action {
	as := formatFlag(f, "", "trace or go")
	return func(s *session, names []string) error {
		if len(names) != 2 {
			return usageError{"corpus show", "corpus show takes a store and an entry"}
		}
		return withStores(s, "corpus show", func(o *stores) error {
			st, err := o.existing(names[0])
			if err != nil {
				return err
			}
			id, err := o.find(st, names[1], "")
			if err != nil {
				return err
			}
			data, err := st.Get(s.ctx, id)
			if errors.Is(err, fs.ErrNotExist) {
				return fmt.Errorf("there is no entry %s", id)
			}
			if err != nil {
				return err
			}
			in := format.Input{Data: data}
			if in.Form, err = o.form(st, id); err != nil {
				return err
			}
			c := as.codec
			if c.Name == "" {
				name := "go"
				if in.Form == format.Trace {
					name = "trace"
				}
				if c, err = format.Find(name); err != nil {
					return err
				}
			}
			file, err := c.Encode(in)
			if err != nil {
				return fmt.Errorf("show entry %s as %s: %w", id, c.Name, err)
			}
			_, err = s.out.Write(file)
			return err
		})
	}
}

// form is what the bytes of an entry are.
func (o *stores) form(st *store.Store, id store.ID) (form format.Form, err error) {
	records, err := st.Records(o.s.ctx, id)
	for _, r := range records {
		if r.Add != nil {
			form = max(form, r.Add.Form)
		}
	}
	return form, err
}
