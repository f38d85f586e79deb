package main

import (
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/corpus/store"
)

// adding are the flags of what adds entries.
type adding struct {
	target string
	kind   *choice
	as     *codecFlag
	run    string
	note   string
}

func addingFlags(f *flag.FlagSet, kinds ...string) *adding {
	a := &adding{kind: newChoice(kinds...)}
	f.StringVar(&a.target, "target", "", "the `target` of the inputs, such as example.com/m/pkg.FuzzX")
	f.Var(a.kind, "kind", "what the inputs are (`kind`: seed, found, crash, regression or import)")
	f.StringVar(&a.run, "run", "", "who adds them: a `name`, the URL of a CI job")
	f.StringVar(&a.note, "note", "", "a `text` for who asks corpus explain")
	a.as = formatFlag(f, "", "what each shows to be by its first line")
	return a
}

// input is an input for the store.
func (a *adding) input(target string, in format.Input) store.Input {
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
target, and prints its entry. When it is printed, it is in for good.
`,
	new: newCorpusAdd,
}

func newCorpusAdd(f *flag.FlagSet) action {
	a := addingFlags(f, "found", "seed", "crash", "regression", "import")
	return func(s *session, names []string) error {
		if len(names) < 2 || a.target == "" {
			return usageError{"corpus add", "corpus add takes a store, files, and -target"}
		}
		return withStores(s, "corpus add", func(o *stores) error {
			st, err := o.any(names[0])
			if err != nil {
				return err
			}
			for _, name := range names[1:] {
				in, err := s.readInput(name, a.as.orDetect())
				if err != nil {
					return err
				}
				id, err := st.Add(s.ctx, a.input(a.target, in))
				if err != nil {
					return err
				}
				s.out.printf("%s %s\n", id, name)
			}
			return nil
		})
	}
}

// readInput reads a file with one input.
func (s *session) readInput(name string, c format.Codec) (format.Input, error) {
	r, err := s.openInput(name)
	if err != nil {
		return format.Input{}, err
	}
	defer r.Close()
	const most = 8 << 20 // more than any format needs for the largest input
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
	short: "add the inputs that an engine keeps in a folder or an archive",
	long: `Corpus import adds what is in FROM and not in the corpus of its target yet:

  a Go module               without -target: the inputs in every testdata/fuzz
                            folder, with their targets; with -cache also what
                            go test -fuzz found, which is in the Go cache
  a folder, FILE.zip        inputs in a file each, as go test, libFuzzer, AFL ...
                            keep them (-format)
  FILE.hex, FILE.jsonl      an input a line: hex digits, or JSON as corpus export
                            writes it

The last two need -target. What is imported is in quarantine until corpus min has
run it, unless -kind says that it is your own. A file that can not be read is told and
passed over; then the exit code is 2.
`,
	new: newCorpusImport,
}

func newCorpusImport(f *flag.FlagSet) action {
	a := addingFlags(f, "import", "seed", "found", "crash", "regression")
	cache := f.Bool("cache", false, "with what go test -fuzz found for the targets of the module")
	return func(s *session, names []string) error {
		if len(names) < 2 {
			return usageError{"corpus import", "corpus import takes a store and where to import from"}
		}
		return withStores(s, "corpus import", func(o *stores) error {
			st, err := o.any(names[0])
			if err != nil {
				return err
			}
			for _, from := range names[1:] {
				sources, err := sourcesOf(s.ctx, from, a, *cache)
				if err != nil {
					return fmt.Errorf("import %s: %w", from, err)
				}
				for _, src := range sources {
					if err := o.importAll(st, a, src); err != nil {
						return fmt.Errorf("import %s: %w", from, err)
					}
				}
			}
			return nil
		})
	}
}

// importAll adds those inputs of a source that are not in.
func (o *stores) importAll(st *store.Store, a *adding, src source) error {
	items, err := st.List(o.s.ctx, store.Filter{Target: src.target})
	if err != nil {
		return err
	}
	in := make(map[store.ID]bool, len(items))
	for _, item := range items {
		in[item.ID] = true
	}
	old := 0
	n, err := st.AddAll(o.s.ctx, func(yield func(store.Input, error) bool) {
		for file, err := range src.files {
			if err != nil {
				o.s.reportTrouble(fmt.Errorf("import %w", err))
				continue
			}
			if id := store.Sum(file.Data); in[id] {
				old++
			} else {
				in[id] = true
				if !yield(a.input(src.target, file.Input), nil) {
					return
				}
			}
		}
	})
	if err == nil {
		o.s.out.printf("%s%s: %d imported, %d were in\n", src.target, src.place, n, old)
	}
	return err
}

// source has inputs of a target.
type source struct {
	target string
	place  string // of those of a module, for people: " (Go cache)"
	files  iter.Seq2[format.File, error]
}

func folderSource(target, place, path string, c format.Codec) source {
	return source{target, place, format.ReadFolder(os.DirFS(path), c)}
}
