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
)

// resultsFolder is where findings go unless -o says otherwise.
func resultsFolder() (string, error) {
	if dir := os.Getenv("PONGCHECK_RESULTS"); dir != "" {
		return dir, nil
	}
	cache, err := subject.Cache()
	return filepath.Join(cache, "results"), err
}

var unsafe = regexp.MustCompile(`[^A-Za-z0-9.@_-]+`)

// store writes a finding to a folder of its subject's in dir: the trace (.txt),
// what was seen (.transcript), and what is wrong with it (.explained). Each file
// is whole or not there.
func (f *finding) store(dir string) error {
	name := f.Class()
	if f.Verdict != model.FAILED {
		name += "." + strings.ToLower(f.Verdict.String())
	}
	base := filepath.Join(dir, unsafe.ReplaceAllString(f.at(), "-"), unsafe.ReplaceAllString(name, "-"))
	entry := corpus.Entry{
		Story:  fmt.Sprintf("%s %s: %s.", f.Verdict, f.Class(), f.Sentence()),
		Source: f.at() + ", " + f.origin,
		Trace:  f.trace,
	}
	files := []struct{ name, text string }{{base + ".explained", f.explain()}, {base + ".txt", entry.Text()}}
	if t := f.report.Transcript; t != nil {
		files = append(files, struct{ name, text string }{base + ".transcript", t.String()})
	}
	for _, file := range files {
		if err := corpus.WriteFile(file.name, file.text); err != nil {
			return fmt.Errorf("store the finding %s of %s: %w", f.Class(), f.at(), err)
		}
	}
	f.file = base + ".txt"
	return nil
}
