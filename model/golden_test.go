package model_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

var update = flag.Bool("update", false, "rewrite the expected verdicts of the golden transcripts")

// A golden file opens with its story. Each case is a transcript, then "=>" and
// what judging it finds:
//
//	-- name of the case --
//	pongcheck-trace 1
//	...
//	=>
//	VERDICT rule op certainty: sentence
type golden struct {
	story string
	cases []goldenCase
}

type goldenCase struct {
	name, text, want string
}

func readGolden(t *testing.T, file string) *golden {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g := new(golden)
	parts := strings.Split("\n"+string(b), "\n-- ")
	g.story = strings.TrimPrefix(parts[0], "\n")
	if !strings.HasPrefix(g.story, "#") {
		t.Fatalf("%s: it does not open with its story", file)
	}
	for _, p := range parts[1:] {
		name, text, ok := strings.Cut(p, " --\n")
		body, want, ok2 := strings.Cut(text+"\n", "=>\n")
		if !ok || !ok2 {
			t.Fatalf("%s: case %.30q: want a transcript, then =>", file, p)
		}
		g.cases = append(g.cases, goldenCase{name, body, strings.TrimRight(want, "\n")})
	}
	return g
}

func (g *golden) write(t *testing.T, file string) {
	var b strings.Builder
	b.WriteString(g.story)
	for _, c := range g.cases {
		fmt.Fprintf(&b, "\n-- %s --\n%s=>\n%s\n", c.name, c.text, c.want)
	}
	if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
		t.Fatal(err)
	}
}

func judgeText(t *testing.T, transcript string) *model.Report {
	t.Helper()
	tr, err := text.ParseString(transcript)
	if err != nil {
		t.Fatal(err)
	}
	p, ok := model.FindProfile(tr.Profile)
	if !ok {
		t.Fatalf("unknown profile %q", tr.Profile)
	}
	r, err := model.Judge(p, model.Everything(), tr, model.InProcess)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func goldenFiles(t *testing.T) []string {
	files, err := filepath.Glob("testdata/rules/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden files: %v", err)
	}
	return append(files, "testdata/spec.txt")
}

func TestGoldenTranscripts(t *testing.T) {
	for _, file := range goldenFiles(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			g := readGolden(t, file)
			for i := range g.cases {
				c := &g.cases[i]
				t.Run(c.name, func(t *testing.T) {
					got := model.VerdictLines(judgeText(t, c.text))
					if *update {
						c.want = got
					} else if got != c.want {
						t.Errorf("%s, case %q: judging gave\n%s\nwant\n%s", file, c.name, got, c.want)
					}
				})
			}
			if *update {
				g.write(t, file)
			}
		})
	}
}

// Every rule has a file of its own with a transcript that breaks it, and one that
// a naive model would wrongly fail.
func TestEveryRuleHasGoldenTranscripts(t *testing.T) {
	for id := range model.RuleID(len(model.Rules())) {
		file := "testdata/rules/" + id.String() + ".txt"
		if _, err := os.Stat(file); err != nil {
			t.Errorf("rule %s: %v", id, err)
			continue
		}
		breaks, legal := false, false
		for _, c := range readGolden(t, file).cases {
			found := false
			r := judgeText(t, c.text)
			for i := range r.Findings {
				found = found || r.Findings[i].Rule == id
			}
			breaks = breaks || found
			legal = legal || !found && r.Verdict < model.FAILED
		}
		if id.String() == "recv.minimal" { // both ways are right
			breaks = true
		}
		if !breaks || !legal {
			t.Errorf("%s: breaks the rule: %v, a legal variety: %v; want both", file, breaks, legal)
		}
	}
}
