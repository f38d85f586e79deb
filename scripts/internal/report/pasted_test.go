package report_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

// TestCrashInvalidStateError is about this finding:
// FAILED crash InvalidStateError: data_received InvalidStateError: invalid state escaped.
func TestCrashInvalidStateError(t *testing.T) {
	trace, err := text.ParseString(`pongcheck-trace 1
profile websockets
ping 61
cancel 1
pong $1
`)
	if err != nil {
		t.Fatal(err)
	}
	profile, ok := model.FindProfile("websockets")
	if !ok {
		t.Fatal("unknown profile")
	}
	report, err := model.Check(t.Context(), profile, implementation(), trace.Trace())
	if err != nil {
		t.Fatal(err)
	}
	for i := range report.Findings {
		if f := &report.Findings[i]; f.Class() == "crash InvalidStateError" {
			t.Error(report.Explain(f))
		}
	}
}

// TestPropertyRenaming is about this finding:
// NON-STRICT property renaming: not so: Renaming payloads renames what is sent and received, and changes nothing else.
func TestPropertyRenaming(t *testing.T) {
	trace, err := text.ParseString(`pongcheck-trace 1
profile rfc
ping 61
ping 62
pong $1
`)
	if err != nil {
		t.Fatal(err)
	}
	profile, ok := model.FindProfile("rfc")
	if !ok {
		t.Fatal("unknown profile")
	}
	property, ok := metamorphic.Find("renaming")
	if !ok {
		t.Fatal("unknown property")
	}
	result, err := props.RunProperty(t.Context(), property, profile, implementation(), props.Options{
		First: []props.Named{{Name: "of the report", Trace: trace.Trace()}}, N: -1, Tries: -1, NoCorpus: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Tallies) == 0 || result.Tallies[0].Compared == 0 {
		t.Fatal("the property was not tried")
	}
	for i := range result.Findings {
		t.Error(&result.Findings[i])
	}
}
