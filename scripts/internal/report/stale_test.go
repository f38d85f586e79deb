package report

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// nightFile has the lines of a night: a target, a test of properties, and what they found.
func nightFile(time, commit, shard string, executions int64, classes ...string) []any {
	lines := []any{
		result.Target{Head: result.HeadOf("target"), Package: "p", Target: "FuzzX", Engine: "turbo", Executions: executions},
		result.Target{Head: result.HeadOf("target"), Package: "p", Target: "TestX", Engine: "properties", Executions: executions},
		result.Verdict{Head: result.HeadOf("verdict"), Subject: "mylib", Version: commit, Test: "p TestX/sub", Verdict: model.OK, Traces: 1},
	}
	for _, class := range classes {
		f := result.Finding{Head: result.HeadOf("finding"), Subject: "p.FuzzX", Version: commit, Class: class, Rule: "target", Verdict: model.FAILED,
			Certainty: model.Proved, Vantage: model.InProcess}
		lines = append(lines, f)
		f.Subject, f.Test = "mylib", "p TestX/sub"
		lines = append(lines, f)
	}
	return append(lines, result.Night{Head: result.HeadOf("night"), Time: time, Commit: commit, Shard: shard})
}

// What failed in one night and not in the next is mended.
func TestStaleFindings(t *testing.T) {
	const first, second, third = "2026-11-20T01:00:00Z", "2026-11-21T01:00:00Z", "2026-11-21T01:05:00Z"
	for _, c := range []struct {
		why   string
		files [][]any
		want  []string // of FuzzX, and of TestX
	}{
		{"mended", [][]any{nightFile(first, "a", "", 7, "old"), nightFile(second, "b", "", 7)}, nil},
		{"found again", [][]any{nightFile(first, "a", "", 7, "old"), nightFile(second, "b", "", 7, "new")}, []string{"new b"}},
		{"the later one is read first", [][]any{nightFile(second, "b", "", 7), nightFile(first, "a", "", 7, "old")}, nil},
		{"not tried again", [][]any{nightFile(first, "a", "", 7, "old"), nightFile(second, "b", "", 0)}, []string{"old a"}},
		{"the machines of a fleet", [][]any{nightFile(second, "a", "1/2", 7, "one"), nightFile(third, "a", "2/2", 7, "two")}, []string{"one a", "two a"}},
		{"their next night", [][]any{nightFile(first, "a", "2/2", 7, "old"), nightFile(second, "a", "1/2", 7), nightFile(third, "a", "2/2", 7)}, nil},
		{"others' night", [][]any{nightFile(first, "a", "", 7, "old"), nightFile(second, "b", "1/2", 7)}, []string{"old a"}},
	} {
		dir := t.TempDir()
		for i, lines := range c.files {
			text, err := result.Lines(lines...)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d.jsonl", i)), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		r, err := Read(dir)
		if err != nil {
			t.Fatal(err)
		}
		if c.why == "mended" && len(r.Subjects) != 1 {
			t.Errorf("verdicts %+v, want that of the second night", r.Subjects)
		}
		for _, subject := range []string{"p.FuzzX", "mylib"} {
			var got []string
			for _, f := range r.Findings {
				if f.Subject == subject {
					got = append(got, f.Class+" "+f.Version)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("%s: of %s there is %q, want %q", c.why, subject, got, c.want)
			}
		}
	}
}
