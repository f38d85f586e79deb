package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// resultsFolder returns the folder for findings if there is no -o.
func resultsFolder() (string, error) {
	if dir := os.Getenv(result.Env); dir != "" {
		return dir, nil
	}
	cache, err := subject.Cache()
	return filepath.Join(cache, "results"), err
}

var unsafe = regexp.MustCompile(`[^A-Za-z0-9.@_-]+`)

// storeFiles writes a finding to its subject's folder in dir: the trace (.txt), what was
// seen (.transcript, or .run-1.transcript and .run-2.transcript of two runs), and the
// explanation (.explained). Each file is whole or not there.
func (f *finding) storeFiles(dir string) error {
	name := f.Class
	if f.Verdict != model.FAILED {
		name += "." + strings.ToLower(f.Verdict.String())
	}
	base := filepath.Join(dir, unsafe.ReplaceAllString(f.nameAt(), "-"), unsafe.ReplaceAllString(name, "-"))
	entry := corpus.Entry{
		Story:  fmt.Sprintf("%s %s: %s.", f.Verdict, f.Class, strings.TrimSuffix(f.Sentence, ".")),
		Source: f.nameAt() + ", " + f.Origin,
		Trace:  f.trace,
	}
	type file struct{ name, text string }
	files := []file{{base + ".explained", f.text}, {base + ".txt", entry.Text()}}
	for i, t := range f.runs {
		run := ""
		if len(f.runs) > 1 {
			run = fmt.Sprintf(".run-%d", i+1)
		}
		files = append(files, file{base + run + ".transcript", t.String()})
	}
	for _, file := range files {
		if err := corpus.WriteFileSync(file.name, file.text); err != nil {
			return fmt.Errorf("store the finding %s of %s: %w", f.Class, f.nameAt(), err)
		}
	}
	f.setFile(base + ".txt")
	return nil
}

// leaveResults writes the JSON lines of a subject to its folder, for pongcheck report.
func (c *check) leaveResults(s *session, r *row) error {
	lines := []any{s.runLine(c.seed)}
	for _, f := range r.findings {
		lines = append(lines, f.line())
	}
	if r.stats != nil {
		lines = append(lines, newStatsLine(r))
	}
	if r.grid.Complete() {
		lines = append(lines, r.gridLine())
	}
	text, err := result.Lines(append(lines, r.verdictLine())...)
	if err != nil {
		return err
	}
	name := filepath.Join(c.dir, unsafe.ReplaceAllString(nameAt(r.target.Name, r.impl.Version), "-"), "check"+result.Ext)
	if err := corpus.WriteFileSync(name, text); err != nil {
		return fmt.Errorf("write the results of %s: %w", r.target, err)
	}
	return nil
}
