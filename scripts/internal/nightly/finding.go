package nightly

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// State is how an input fails when it is replayed.
type State string

const (
	Stable   State = "stable"        // each time
	Flaky    State = "flaky"         // some times
	NotAgain State = "not again"     // it failed once, and in no replay
	Hang     State = "hang"          // it does not end
	Memory   State = "out of memory" // it needs more memory than a process gets
)

// Finding is the first failure of a target with its signature.
type Finding struct {
	Target    string    `json:"target"`
	Signature string    `json:"signature"`
	State     State     `json:"state"`
	Failed    int       `json:"failed"` // how many of the replays failed
	Replays   int       `json:"replays"`
	Engine    string    `json:"engine"` // native, turbo, race, properties, or seed: an input that the sources have
	Race      bool      `json:"race,omitempty"`
	Seed      string    `json:"seed,omitempty"`  // the subtest, if its input is in the code of the target, or if the target is a test
	Input     []byte    `json:"input,omitempty"` // the file of go test, shrunk
	Text      string    `json:"text"`            // what the test printed
	Time      time.Time `json:"time"`

	Folder string `json:"folder"`        // of the package, relative to the sources
	Env    string `json:"env,omitempty"` // settings before go test that the target reads

	// Line is the finding as a test of properties or the harness of this project wrote it; nil
	// for other targets.
	Line *result.Finding `json:"line,omitempty"`

	// Canary says that the finding is the planted bug of the night's canary.
	Canary bool `json:"canary,omitempty"`

	file string // of its input
}

// maxText bounds what is kept of a test's output.
const maxText = 64 << 10

// clipText keeps the beginning and the end of a text. The failure is in one of them.
func clipText(text string) string {
	if len(text) <= maxText {
		return text
	}
	return strings.ToValidUTF8(text[:maxText/2], "") + "\n...\n" + strings.ToValidUTF8(text[len(text)-maxText/2:], "")
}

// findingKey is the name of the files of a finding.
func findingKey(target, signature string) string {
	name, of := safeFileName(signature), safeFileName(target)
	return name[:len(name)-9] + of[len(of)-9:] + name[len(name)-9:]
}

// FailsNight reports whether the finding fails the night. A failure that no replay reproduced does
// not count, unless a property test reported it: a data race is real even if it never recurs.
func (f *Finding) FailsNight() bool {
	return f.State != NotAgain || f.Engine == propertyEngine && f.Line != nil
}

// Verdict is FAILED for a finding that fails the night, and Informational for others.
func (f *Finding) Verdict() model.Verdict {
	if f.FailsNight() {
		return model.FAILED
	}
	return model.Informational
}

// Reproducibility is the state in words, and how many replays failed.
func (f *Finding) Reproducibility() string {
	if f.Replays == 0 {
		return string(f.State)
	}
	return fmt.Sprintf("%s, %d of %d", f.State, f.Failed, f.Replays)
}

// ReplayCommand returns the line that runs the input again, in the sources or in a clone.
func (f *Finding) ReplayCommand() string {
	name := f.Target[strings.LastIndexByte(f.Target, '.')+1:]
	sub, before := f.Seed, ""
	if f.Input != nil {
		sub = strings.TrimSuffix(filepath.Base(f.file), ".input")
		seeds := filepath.Join("testdata", "fuzz", name)
		before = fmt.Sprintf("mkdir -p %s && cp %s %s && ", seeds, process.QuoteShell(f.file), filepath.Join(seeds, sub))
	}
	race := ""
	if f.Race {
		race = "-race "
	}
	enter := ""
	if f.Folder != "." {
		enter = "cd " + process.QuoteShell(f.Folder) + " && "
	}
	pattern := "^" + name + "$"
	if sub != "" {
		pattern += "/^" + strings.ReplaceAll(sub, "/", "$/^") + "$"
	}
	return fmt.Sprintf("%s%s%sgo test %s-run '%s'", enter, before, f.Env, race, pattern)
}

// findings are those of a night, in a folder. Each is there whole or not at all.
type findings struct {
	folder string
	root   string              // of the sources
	known  map[string]*Finding // by key
}

func openFindings(folder, root string) (*findings, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	fs := &findings{folder, root, map[string]*Finding{}}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("read the findings so far: %w", err)
		}
		f := new(Finding)
		if err := json.Unmarshal(data, f); err != nil {
			return nil, fmt.Errorf("read the findings so far: %s: %w", name, err)
		}
		f.file = fs.inputFile(f)
		fs.known[findingKey(f.Target, f.Signature)] = f
	}
	return fs, nil
}

// relativeFolder returns the path of a folder from the root of the sources, if it is below.
func (fs *findings) relativeFolder(folder string) string {
	if rel, err := filepath.Rel(fs.root, folder); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return folder
}

func (fs *findings) inputFile(f *Finding) string {
	return filepath.Join(fs.folder, findingKey(f.Target, f.Signature)+".input")
}

// save writes a finding, in place of one with the same target and signature.
func (fs *findings) save(f *Finding) error {
	f.file = fs.inputFile(f)
	f.Folder = fs.relativeFolder(f.Folder)
	mutant := os.Getenv("PONGCHECK_MUTANT")
	if env := "PONGCHECK_MUTANT=" + mutant + " "; mutant != "" && !strings.Contains(f.Env, env) {
		f.Env += env
	}
	f.Text = clipText(f.Text)
	if f.Input != nil {
		if err := corpus.WriteFileSync(f.file, string(f.Input)); err != nil {
			return fmt.Errorf("write a finding: %w", err)
		}
	}
	data, err := json.MarshalIndent(f, "", "\t")
	if err == nil {
		err = corpus.WriteFileSync(strings.TrimSuffix(f.file, ".input")+".json", string(data))
	}
	if err != nil {
		return fmt.Errorf("write a finding: %w", err)
	}
	fs.known[findingKey(f.Target, f.Signature)] = f
	return nil
}

// findingOf returns the finding of a target with a signature, or nil. A finding that was
// stored when classes had no word for the cause counts, too.
func (fs *findings) findingOf(target, signature string) *Finding {
	if f := fs.known[findingKey(target, signature)]; f != nil {
		return f
	}
	return fs.known[findingKey(target, withoutCause.ReplaceAllString(signature, "$1$2"))]
}

// withoutCause matches a signature with a class whose rule can be broken in several ways. Of a
// crash the word is its class, and was always there.
var withoutCause = regexp.MustCompile(`^([a-z]+\.[a-z0-9-]+) [a-z0-9-]+( at \S+)$`)

// sortedFindings returns the findings by target and signature.
func (fs *findings) sortedFindings() []*Finding {
	var all []*Finding
	for _, f := range fs.known {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *Finding) int {
		return strings.Compare(a.Target+" "+a.Signature, b.Target+" "+b.Signature)
	})
	return all
}

// reportFinding saves a new finding and reports it, but for the canary. Its caller holds
// n.mu.
func (n *night) reportFinding(f *Finding) error {
	if err := n.found.save(f); err != nil {
		return err
	}
	if n.Found != nil && !f.Canary {
		n.Found(f)
	}
	return nil
}
