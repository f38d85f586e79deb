package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/corpus/store"
)

var corpusExportVerb = verb{
	name:  "corpus export",
	args:  "STORE TO",
	short: "write entries as an engine keeps them",
	long: `Corpus export writes the entries to TO:

  a Go module               without -target: to the testdata/fuzz folder of each of
                            its targets, where go test runs them; with -cache to the
                            Go cache, where only go test -fuzz begins with them
  a folder, FILE.zip        with -target: in a file each, as go test, libFuzzer,
                            AFL ... keep them (-format)
  FILE.hex, FILE.jsonl      an input a line

A folder is added to: nothing in it is deleted. What is in quarantine is left
out unless -quarantined is given.
`,
	new: newCorpusExport,
}

// exporting is a corpus export.
type exporting struct {
	o           *stores
	st          *store.Store
	as          *codecFlag
	quarantined bool
}

func newCorpusExport(f *flag.FlagSet) action {
	e := &exporting{as: formatFlag(f, "go", "go")}
	target := f.String("target", "", "the entries of this `target`")
	cache := f.Bool("cache", false, "to the Go cache instead of testdata/fuzz")
	f.BoolVar(&e.quarantined, "quarantined", false, "also what is in quarantine: it may do anything that its target can be made to do")
	return func(s *session, names []string) error {
		if len(names) != 2 {
			return usageError{"corpus export", "corpus export takes a store and where to write to"}
		}
		if *cache && *target != "" {
			return usageError{"corpus export", "-cache is for a Go module: without -target"}
		}
		return withStores(s, "corpus export", func(o *stores) (err error) {
			e.o = o
			if e.st, err = o.existing(names[0]); err != nil {
				return err
			}
			if *target == "" {
				err = e.module(names[1], *cache)
			} else {
				err = e.target(*target, names[1])
			}
			if err != nil {
				return fmt.Errorf("export to %s: %w", names[1], err)
			}
			return o.warn(e.st, names[0])
		})
	}
}

// module writes the entries of all targets of a Go module.
func (e *exporting) module(dir string, cache bool) error {
	module, err := modulePath(dir)
	if err != nil {
		return err
	}
	items, err := e.st.List(e.o.s.ctx, store.Filter{})
	if err != nil {
		return err
	}
	root := ""
	if cache {
		if root, err = fuzzCache(e.o.s.ctx, dir); err != nil {
			return err
		}
	}
	last := ""
	for _, item := range items { // sorted by target
		if item.Target == last {
			continue
		}
		last = item.Target
		pkg, name := splitTarget(last)
		rest, ok := strings.CutPrefix(pkg+"/", module+"/")
		if !ok || !filepath.IsLocal(filepath.FromSlash("./"+rest)) || !isFuzzName(name) {
			continue
		}
		to := filepath.Join(root, filepath.FromSlash(pkg), name)
		if !cache {
			to = filepath.Join(dir, filepath.FromSlash(rest), "testdata", "fuzz", name)
		}
		if err := e.target(last, to); err != nil {
			return err
		}
	}
	return nil
}

// splitTarget is the import path and the function of a target.
func splitTarget(target string) (pkg, name string) {
	i := strings.LastIndexByte(target, '.')
	if i < 0 {
		return target, ""
	}
	return target[:i], target[i+1:]
}

// isFuzzName says whether a name from a store is that of a fuzz function, rather than
// something that leads elsewhere.
func isFuzzName(name string) bool {
	return strings.HasPrefix(name, "Fuzz") && !strings.ContainsAny(name, `/\:`) && filepath.IsLocal(name)
}

// target writes the entries of one target.
func (e *exporting) target(target, to string) (err error) {
	left := 0
	inputs := func(yield func(format.Input, error) bool) {
		for entry, err := range e.st.Entries(e.o.s.ctx, store.Filter{Target: target}) {
			switch {
			case err != nil && entry.ID == store.ID{}:
				yield(format.Input{}, err)
				return
			case err != nil:
				e.o.s.reportTrouble(err)
			case entry.Quarantined && !e.quarantined:
				left++
			case !yield(format.Input{Form: entry.Form, Data: entry.Data}, nil):
				return
			}
		}
	}
	n := 0
	switch filepath.Ext(to) {
	case ".zip":
		n, err = writeWhole(to, func(w io.Writer) (int, error) { return format.WriteZip(w, e.as.codec, inputs) })
	case ".hex":
		n, err = writeWhole(to, func(w io.Writer) (int, error) { return format.WriteHex(w, inputs) })
	case ".jsonl":
		n, err = writeWhole(to, func(w io.Writer) (int, error) { return format.WriteJSON(w, inputs) })
	default:
		n, err = format.WriteFolder(to, e.as.codec, iter.Seq2[format.Input, error](inputs))
	}
	if err != nil {
		return err
	}
	e.o.s.out.printf("%s: %d exported\n", target, n)
	if left > 0 {
		e.o.p.note("%d entries of %s are in quarantine and left out: corpus min runs them once", left, target)
	}
	return nil
}

// writeWhole writes a file whole or not at all.
func writeWhole(name string, write func(io.Writer) (int, error)) (n int, err error) {
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return 0, err
	}
	n, err = write(f)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		os.Remove(f.Name())
	}
	return n, err
}
