package main

import (
	"errors"
	"flag"
	"fmt"
	"go/token"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"

	"golang.org/x/mod/module"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

var corpusExportVerb = verb{
	name:  "corpus export",
	args:  "STORE TO",
	short: "write entries as an engine keeps them",
	long: `Corpus export writes the entries to TO:

  a Go module               without -target: to the testdata/fuzz folder of each
                            target, where go test runs them; with -cache to the
                            Go cache, where only go test -fuzz begins with them
  a folder, FILE.zip        with -target: a file for each input, as go test,
                            libFuzzer, AFL and others keep them (-format)
  FILE.hex, FILE.jsonl      with -target: a line for each input

It deletes nothing in a folder. It leaves out what is in quarantine, unless
-quarantined is given. Of a module it leaves out, with the reason, each target whose
package Go cannot import (m/.git/hooks) or that cannot be written; then the exit code
is 2.
`,
	new: onStore(storeRead, newCorpusExport),
}

// exporting is one call of corpus export.
type exporting struct {
	o           *stores
	st          *store.Store
	as          *codecFlag
	quarantined bool // export what is in quarantine, too
	unread      bool // the store could not be read to its end
}

func newCorpusExport(f *flag.FlagSet) storeAction {
	e := &exporting{as: formatFlag(f, "go", "go")}
	target := f.String("target", "", "export the entries of this `target`")
	cache := f.Bool("cache", false, "write to the Go cache instead of testdata/fuzz")
	f.BoolVar(&e.quarantined, "quarantined", false, "also export what is in quarantine; such an input may make its target do anything")
	return func(o *stores, st *store.Store, names []string) (err error) {
		if *cache && *target != "" {
			return usageError{"corpus export", "corpus export: -cache writes for a whole Go module, without -target"}
		}
		if e.o, e.st = o, st; *target == "" {
			err = e.exportModule(names[0], *cache)
		} else {
			err = e.exportTarget(*target, names[0])
		}
		if err != nil {
			return fmt.Errorf("export to %s: %w", names[0], err)
		}
		return nil
	}
}

// exportModule writes the entries of all targets of a Go module.
func (e *exporting) exportModule(dir string, cache bool) error {
	path, err := readModulePath(dir)
	if err != nil {
		return err
	}
	items, err := e.st.List(e.o.s.ctx, store.Filter{})
	if err != nil {
		return err
	}
	root := ""
	if cache {
		if root, err = findFuzzCache(e.o.s.ctx, dir); err != nil {
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
		rest, ok := strings.CutPrefix(pkg+"/", path+"/")
		if !ok {
			continue // of another module
		}
		if err := checkTarget(last); err != nil {
			e.o.s.reportTrouble(fmt.Errorf("left out: %w", err))
			continue
		}
		to := filepath.Join(root, filepath.FromSlash(pkg), name)
		if !cache {
			to = filepath.Join(dir, filepath.FromSlash(rest), "testdata", "fuzz", name)
		}
		err := e.exportTarget(last, to)
		if err != nil && e.endsExport(err) {
			return err
		}
		if err != nil {
			e.o.s.reportTrouble(fmt.Errorf("left out: target %.200q: %w", last, err))
		}
	}
	return nil
}

// endsExport reports whether an error of one target would be that of all others, too: of the
// store, of a full disk, an interrupt.
func (e *exporting) endsExport(err error) bool {
	return e.unread || errors.Is(err, syscall.ENOSPC) || e.o.s.ctx.Err() != nil
}

// splitTarget returns the import path and the function of a target.
func splitTarget(target string) (pkg, name string) {
	i := strings.LastIndexByte(target, '.')
	if i < 0 {
		return target, ""
	}
	return target[:i], target[i+1:]
}

// isFuzzName reports whether a name from a store is that of a fuzz function.
func isFuzzName(name string) bool {
	rest, ok := strings.CutPrefix(name, "Fuzz")
	first, _ := utf8.DecodeRuneInString(rest)
	return ok && token.IsIdentifier(name) && !unicode.IsLower(first)
}

// isImportable reports whether go test finds a package: the go command passes over folders that
// begin with a dot or an underscore, and over testdata. As part of a path, what is not
// importable may also lead out of a folder.
func isImportable(pkg string) bool {
	for element := range strings.SplitSeq(pkg, "/") {
		if strings.HasPrefix(element, ".") || strings.HasPrefix(element, "_") || element == "testdata" {
			return false
		}
	}
	return module.CheckImportPath(pkg) == nil
}

// checkTarget returns an error for what cannot be the name of a fuzz target.
func checkTarget(target string) error {
	if pkg, name := splitTarget(target); !isFuzzName(name) || !isImportable(pkg) {
		return fmt.Errorf("target %.200q: want an import path, a dot, and the name of a fuzz function", target)
	}
	return nil
}

// exportTarget writes the entries of one target to a folder or file.
func (e *exporting) exportTarget(target, to string) (err error) {
	left := 0
	inputs := func(yield func(format.Input, error) bool) {
		for entry, err := range e.st.Entries(e.o.s.ctx, store.Filter{Target: target}) {
			switch {
			case err != nil && entry.ID == store.ID{}:
				e.unread = true
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
		e.o.p.note("left out %d entries of %s in quarantine; run them once: pongcheck corpus min STORE -target %s -do", left, target, target)
	}
	return nil
}

// writeWhole writes a whole file or nothing.
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
