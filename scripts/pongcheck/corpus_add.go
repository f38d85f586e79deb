package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// adding holds the flags of the verbs that add entries.
type adding struct {
	target string
	kind   *choice
	as     *codecFlag // how to read the files
	run    string     // who adds
	note   string     // printed by corpus explain
}

func newAdding(f *flag.FlagSet, kinds ...string) *adding {
	a := &adding{kind: newChoice(kinds...)}
	f.StringVar(&a.target, "target", "", "the `target` of the inputs, such as example.com/m/pkg.FuzzX")
	f.Var(a.kind, "kind", "what the inputs are")
	f.StringVar(&a.run, "run", "", "who adds them: a `name`, the URL of a CI job")
	f.StringVar(&a.note, "note", "", "a `text` that corpus explain prints")
	a.as = formatFlag(f, "", "seen from the first line of each")
	return a
}

// newInput returns an input of a target for the store.
func (a *adding) newInput(target string, in format.Input) store.Input {
	return store.Input{Data: in.Data, Run: a.run, Origin: store.Origin{
		Target: target, Kind: store.Kind(a.kind.value), Form: in.Form, Note: a.note,
		Versions: map[string]string{"go": runtime.Version()},
	}}
}

var corpusAddVerb = verb{
	name:  "corpus add",
	args:  "STORE FILE... -target T",
	short: "add inputs",
	long: `Corpus add adds the input in each file (- is standard input) to the corpus of a
target, and prints its entry. Once an entry is printed, it is stored for good.
`,
	new: onStore(storeMade, newCorpusAdd),
}

func newCorpusAdd(f *flag.FlagSet) storeAction {
	a := newAdding(f, "found", "seed", "crash", "regression", "import")
	return func(o *stores, st *store.Store, files []string) error {
		if err := checkTarget(a.target); err != nil {
			return usageError{"corpus add", "corpus add: " + err.Error()}
		}
		for _, name := range files {
			in, err := o.s.readInput(name, a.as.orDetect())
			if err != nil {
				return err
			}
			id, err := st.Add(o.s.ctx, a.newInput(a.target, in))
			if err != nil {
				return err
			}
			o.s.out.printf("%s %s\n", id, name)
		}
		return nil
	}
}

// readInput reads a file with one input.
func (s *session) readInput(name string, c format.Codec) (format.Input, error) {
	r, err := s.openInput(name)
	if err != nil {
		return format.Input{}, err
	}
	defer r.Close()
	const most = 8 << 20 // no format needs more for the largest input
	file, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && len(file) > most {
		err = fmt.Errorf("%w: more than %d bytes", format.ErrTooLarge, most)
	}
	var in format.Input
	if err == nil {
		in, err = c.Decode(file)
	}
	if err != nil {
		return in, fmt.Errorf("read %s as %s: %w", displayName(name), c.Name, err)
	}
	return in, nil
}

var corpusImportVerb = verb{
	name:  "corpus import",
	args:  "STORE FROM...",
	short: "add the inputs that an engine keeps",
	long: `Corpus import adds the inputs in FROM that are not in the corpus of their target
yet. FROM is

  a Go module               without -target: the inputs in every testdata/fuzz
                            folder, with their targets; with -cache also what
                            go test -fuzz found, which is in the Go cache
  a folder, FILE.zip        with -target: a file for each input, as go test,
                            libFuzzer, AFL and others keep them (-format)
  FILE.hex, FILE.jsonl      with -target: a line for each input, in hex digits
                            or JSON as corpus export writes it

What is imported is in quarantine until corpus min has run it, unless -kind says that
it is your own. A file that cannot be read is reported and left out, and so is a
folder whose name is no target; then the exit code is 2. An input has at most 1 MiB,
and an import 1,048,576 files with 1 GiB after unpacking: it ends there, and keeps
what it has read.
`,
	new: onStore(storeMade, newCorpusImport),
}

func newCorpusImport(f *flag.FlagSet) storeAction {
	a := newAdding(f, "import", "seed", "found", "crash", "regression")
	cache := f.Bool("cache", false, "also import what go test -fuzz found for the targets of the module")
	return func(o *stores, st *store.Store, places []string) error {
		limits := format.NewLimits()
		for _, from := range places {
			sources, err := findSources(o.s.ctx, from, a, *cache, limits)
			if err != nil { // of a part: the sources are what could be read
				o.s.reportTrouble(fmt.Errorf("import %s: %w", from, err))
			}
			for _, src := range sources {
				if err := o.importSource(st, a, src); err != nil {
					return fmt.Errorf("import %s: %w", from, err)
				}
			}
		}
		return nil
	}
}

// importSource adds the inputs of a source that its target does not have.
func (o *stores) importSource(st *store.Store, a *adding, src source) error {
	if err := checkTarget(src.target); err != nil && a.target == "" {
		o.s.reportTrouble(fmt.Errorf("left out%s: %w", src.place, err))
		return nil
	}
	items, err := st.List(o.s.ctx, store.Filter{Target: src.target})
	if err != nil {
		return err
	}
	present := make(map[store.ID]bool, len(items))
	for _, item := range items {
		present[item.ID] = true
	}
	old := 0
	var ended error // the import is beyond its limits
	n, err := st.AddAll(o.s.ctx, func(yield func(store.Input, error) bool) {
		for file, err := range src.files {
			if errors.Is(err, format.ErrTooMuch) {
				ended = err
				return
			}
			if err != nil {
				o.s.reportTrouble(fmt.Errorf("import %w", err))
				continue
			}
			id := store.Sum(file.Data)
			if present[id] {
				old++
				continue
			}
			present[id] = true
			if !yield(a.newInput(src.target, file.Input), nil) {
				return
			}
		}
	})
	if err == nil {
		o.s.out.printf("%s%s: %d imported, %d were in\n", src.target, src.place, n, old)
	}
	return errors.Join(err, ended)
}

// source is a place with inputs of one target.
type source struct {
	target string
	place  string // where in a module, for the output: " (Go cache)"
	files  iter.Seq2[format.File, error]
}

func newFolderSource(target, place, path string, c format.Codec, limits *format.Limits) source {
	return source{target, place, limits.ReadFolder(os.DirFS(path), c)}
}
