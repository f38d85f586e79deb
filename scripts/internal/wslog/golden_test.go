package wslog_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

var update = flag.Bool("update", false, "rewrite what is expected in testdata")

// judged is what a log comes to, as a command would print it.
func judged(log string) string {
	l, err := wslog.Read(strings.NewReader(log))
	if err != nil {
		return err.Error() + "\n"
	}
	var text strings.Builder
	if l.Unread.String() != "" {
		text.WriteString(l.Unread.String() + "\n")
	}
	results := l.Judge()
	for i, r := range results {
		if r.End == wslog.Local {
			fmt.Fprintf(&text, "%s\n", r.Connection.Story(&results[i], &results[i+1]))
			fmt.Fprintf(&text, "connection of lines %d to %d", r.Connection.First, r.Connection.Last)
			if r.Connection.ID != "" {
				fmt.Fprintf(&text, " (%s)", r.Connection.ID)
			}
			text.WriteByte('\n')
		}
		fmt.Fprintf(&text, "%s: %s, %d Pings\n", r.Name, r.Verdict, r.Pings)
		for k, f := range r.Findings {
			fmt.Fprintf(&text, "  line %d: %s %s, %s (%s): %s\n", f.Line, f.Verdict, f.Rule, f.Certainty, f.Rule.Rule().Cite(), f.Sentence())
			if b := r.Breaches[k]; b.Count > 1 {
				fmt.Fprintf(&text, "    %d times, the last in line %d\n", b.Count, b.Last)
			}
			if f.Innocent != "" {
				fmt.Fprintf(&text, "    unless %s\n", f.Innocent)
			}
		}
		if r.Undecided != 0 {
			fmt.Fprintf(&text, "  answers from line %d on are undecided\n", r.Undecided)
		}
	}
	return text.String()
}

func TestRealLogs(t *testing.T) {
	logs, err := filepath.Glob("testdata/*.log")
	if err != nil || len(logs) < 8 {
		t.Fatalf("too few logs: %v, %v", logs, err)
	}
	for _, file := range logs {
		log, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		golden := strings.TrimSuffix(file, "log") + "golden"
		got := judged(string(log))
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), got); d != "" {
			t.Errorf("%s: judging the log finds something else (-want +got):\n%s", file, d)
		}
	}
}

func TestCases(t *testing.T) {
	const file = "testdata/cases.txt"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(text), "\n-- ")
	var b strings.Builder
	b.WriteString(strings.TrimRight(parts[0], "\n") + "\n")
	for _, p := range parts[1:] {
		name, body, ok := strings.Cut(p, " --\n")
		log, want, ok2 := strings.Cut(body, "=>\n")
		if !ok || !ok2 {
			t.Fatalf("%s: case %.40q: want a log, then =>", file, p)
		}
		want = strings.TrimRight(want, "\n") + "\n"
		got := judged(log)
		fmt.Fprintf(&b, "\n-- %s --\n%s=>\n%s", name, log, got)
		if d := cmp.Diff(want, got); d != "" && !*update {
			t.Errorf("%s: (-want +got)\n%s", name, d)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}
