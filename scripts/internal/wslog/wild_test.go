package wslog_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

// TestWildLogs judges logs in the shapes that people paste, as EXPECTED.tsv says: each end of
// each connection with its verdict and the classes that FAILED, and what the text says.
func TestWildLogs(t *testing.T) {
	table, err := os.ReadFile("testdata/wild/EXPECTED.tsv")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]bool{"EXPECTED.tsv": true, "README.md": true}
	for row := range strings.Lines(string(table)) {
		f := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if f[0] == "file" {
			continue
		}
		named[f[0]] = true
		log, err := os.ReadFile(filepath.Join("testdata/wild", f[0]))
		if err != nil || len(f) != 4 {
			t.Fatalf("%q: %v", row, err)
		}
		if got := verdictsOf(string(log)); got != f[2] {
			t.Errorf("%s (%s): want %s, got %s", f[0], f[1], f[2], got)
		}
		if text := judged(string(log)); !strings.Contains(text, f[3]) {
			t.Errorf("%s (%s): want a text that says %q, got\n%s", f[0], f[1], f[3], text)
		}
	}
	files, _ := filepath.Glob("testdata/wild/*")
	for _, file := range files {
		if !named[filepath.Base(file)] {
			t.Errorf("%s has no row in EXPECTED.tsv", file)
		}
	}
}

// verdictsOf returns the verdict on each end, with the classes that FAILED.
func verdictsOf(log string) string {
	l, err := wslog.Read(strings.NewReader(log))
	if err != nil {
		return "refused"
	}
	var all []string
	for _, r := range l.Judge() {
		text := r.Name + " " + r.Verdict.String()
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Verdict == model.FAILED {
				text += " " + f.Rule.String()
			}
		}
		all = append(all, text)
	}
	return strings.Join(all, "; ")
}
