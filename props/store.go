package props

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/model"
)

// store is the folder of the failures of one test, beside the test.
type store struct{ name string }

const storeRoot = "testdata/pongcheck"

var unsafe = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

func (s store) folder() string {
	return filepath.Join(filepath.FromSlash(storeRoot), unsafe.ReplaceAllString(s.name, "_"))
}

// load reads the stored failures; a folder that is not there has none.
func (s store) load() ([]Named, error) {
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

// save stores a failure and returns the line that replays it.
func (s store) save(f *Finding) string {
	return s.write(f.Class(), corpus.Entry{
		Story:  fmt.Sprintf("%s %s: %s.", f.Verdict, f.Class(), f.Sentence()),
		Source: sourceOf(f.Implementation, f.Origin()),
		Trace:  f.Shrunk,
	})
}

// saveViolation does that with the violation of a property.
func (s store) saveViolation(v *Violation) string {
	return s.write(v.Class(), corpus.Entry{
		Story:  fmt.Sprintf("%s %s: not so: %s", v.Verdict, v.Class(), v.Property.Sentence),
		Source: sourceOf(v.Implementation, v.Origin()),
		Trace:  v.Shrunk,
	})
}

// saveRace does that with what goroutines did at once.
func (s store) saveRace(f *RaceFinding) string {
	return s.write(f.Class(), corpus.Entry{
		Story:  fmt.Sprintf("%s %s: %s.", model.FAILED, f.Class(), f.Sentence),
		Source: sourceOf(f.Implementation, f.origin()),
		Trace:  f.Shrunk,
	})
}

func sourceOf(impl *model.Implementation, origin string) string {
	return strings.TrimSpace(impl.Name+" "+impl.Version) + ", " + origin
}

func (s store) write(class string, e corpus.Entry) string {
	name := filepath.Join(s.folder(), unsafe.ReplaceAllString(class, "_")+".txt")
	if err := corpus.WriteFileSync(name, e.Text()); err != nil {
		return fmt.Sprintf("  not stored: %v", err)
	}
	return fmt.Sprintf("  replay: go test -run '^%s$'   # %s runs first", strings.ReplaceAll(s.name, "/", "$/^"), filepath.ToSlash(name))
}
