package report

import (
	"go/format"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/props/result"
)

// The tests that a report offers are golden files that are compiled: they stand in
// pasted_test.go, and run against specimens that do not have the bugs.
func TestPastedTestsAreThoseOfTheReport(t *testing.T) {
	r := afterRun(t)
	var all strings.Builder
	for _, f := range r.Findings {
		if f.Subject == "specimen/asyncio" && f.Class == "crash InvalidStateError" || f.Class == "property renaming" {
			text := GoTest(&f)
			if text == "" {
				t.Fatalf("no test of %s", f.Class)
			}
			if all.Len() > 0 {
				_, text, _ = strings.Cut(text, ")\n") // its imports
			} else {
				text = strings.Replace(text, "pongcheck/model/text\"\n", "pongcheck/model/text\"\n\t\"github.com/pongcheck/pongcheck/props\"\n\t\"github.com/pongcheck/pongcheck/props/metamorphic\"\n", 1)
			}
			all.WriteString(text)
		}
	}
	text := strings.ReplaceAll(all.String(), "package pings_test", "package report_test")
	source, err := format.Source([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("pasted_test.go", source, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "../pasted_test.go", func(w io.Writer) error { _, err := w.Write(source); return err })
}

func TestNoGoTest(t *testing.T) {
	const trace = "pongcheck-trace 1\nping 61\n"
	for why, f := range map[string]result.Finding{
		"it has no trace":        {Class: "crash X", Rule: "crash"},
		"it is private":          {Class: "crash X", Rule: "crash", Trace: trace, Private: true},
		"the trace is none":      {Class: "crash X", Rule: "crash", Trace: "ping"},
		"the rule is unknown":    {Class: "moon.full", Rule: "moon.full", Trace: trace},
		"no such property":       {Class: "property moon", Rule: "property", Trace: trace},
		"a property without one": {Class: "property ", Rule: "property", Trace: trace},
	} {
		if got := GoTest(&f); got != "" {
			t.Errorf("%s, but there is a test:\n%s", why, got)
		}
	}
}

// Whatever a subject says, the test is Go, and says it in a comment or a string.
func TestGoTestOfHostileWords(t *testing.T) {
	f := result.Finding{Class: "crash \"}\n) func init() { panic(1) } `", Rule: "crash", Sentence: "x\n*/ func init() {}\u2028func",
		Profile: "`\"", Trace: "pongcheck-trace 1\nping \"`\"\n"}
	text := GoTest(&f)
	if text == "" || strings.Contains(text, "\nfunc init") {
		t.Errorf("got:\n%s", text)
	}
}
