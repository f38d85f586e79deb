package props

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/pongcheck/pongcheck/corpus"
)

// store is the folder of the failures of one test, beside the test.
type store struct{ name string }

const storeRoot = "testdata/pongcheck"

// notFilename matches what a file name must not have.
var notFilename = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

func (s store) folder() string {
	return filepath.Join(filepath.FromSlash(storeRoot), notFilename.ReplaceAllString(s.name, "_"))
}

// loadFailures reads the stored failures; a folder that is not there has none.
func (s store) loadFailures() ([]Named, error) {
	entries, err := corpus.Load(os.DirFS(s.folder()))
	if err != nil {
		return nil, fmt.Errorf("load the failures in %s: %w (mend or remove the file)", s.folder(), err)
	}
	traces := make([]Named, len(entries))
	for i, e := range entries {
		traces[i] = Named{filepath.Join(s.folder(), e.Name+".txt"), e.Trace}
	}
	return traces, nil
}

// saveFailure stores the shrunk trace of a failure and returns the line that replays it.
func (s store) saveFailure(f *Finding) string {
	name := filepath.Join(s.folder(), notFilename.ReplaceAllString(f.Class(), "_")+".txt")
	e := corpus.Entry{
		Story:  fmt.Sprintf("%s %s: %s.", f.Verdict, f.Class(), strings.TrimSuffix(f.Sentence(), ".")),
		Source: f.subjectName() + ", " + f.Origin(),
		Trace:  f.Shrunk,
	}
	if err := corpus.WriteFileSync(name, e.Text()); err != nil {
		return fmt.Sprintf("  not stored: %v", err)
	}
	return fmt.Sprintf("  replay: go test -run '^%s$'   # %s runs first", strings.ReplaceAll(s.name, "/", "$/^"), filepath.ToSlash(name))
}
