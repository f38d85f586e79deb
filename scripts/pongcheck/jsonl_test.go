package main

import (
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// jsonTypes are the types of lines, with their fields: true if it is optional.
var jsonTypes = map[string]map[string]bool{
	"verdict": fieldsOf(verdictLine{}),
	"finding": fieldsOf(findingLine{}),
	"subject": fieldsOf(subjectLine{}),
	"peer":    fieldsOf(peerLine{}),
	"waiters": fieldsOf(waiterLine{}),
	"mutant":  fieldsOf(mutantLine{}),
}

func fieldsOf(v any) map[string]bool {
	fields := map[string]bool{}
	for f := range reflect.TypeOf(v).Fields() {
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		fields[name] = option == "omitempty"
	}
	return fields
}

// What is printed is documented, and what is documented is printed.
func TestSchemaIsDocumented(t *testing.T) {
	page, err := os.ReadFile("JSON.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "\n## ")
	for section := range strings.SplitSeq(rest, "\n## ") {
		typ, text, _ := strings.Cut(section, "\n")
		documented := map[string]bool{"schema": true, "type": true}
		for _, row := range regexp.MustCompile("(?m)^\\| (`.*?`) \\|").FindAllStringSubmatch(text, -1) {
			for name := range strings.SplitSeq(row[1], ", ") {
				documented[strings.Trim(name, "`")] = true
			}
		}
		for name := range jsonTypes[typ] {
			if !documented[name] {
				t.Errorf("JSON.md: %s has a field %q that is not documented", typ, name)
			}
			delete(documented, name)
		}
		for name := range documented {
			t.Errorf("JSON.md: %s has no field %q", typ, name)
		}
	}
}

func TestRulesOf(t *testing.T) {
	owed, _ := model.FindRule("pong.owed")
	sent, _ := model.FindRule("ping.sent")
	found := []*finding{{Finding: &model.Finding{Rule: owed, Verdict: model.NonStrict}}, {Finding: &model.Finding{Rule: owed, Verdict: model.FAILED}}}
	got := rulesOf(model.Info{Sees: model.SeesFrames}, 1<<owed|1<<sent, found)
	for id, want := range map[string]model.Verdict{
		"pong.owed":   model.FAILED,      // the worst
		"ping.sent":   model.OK,          // reached
		"pong.echo":   model.NotReached,  // not reached
		"waiter.lost": model.NotObserved, // waiters are not seen
	} {
		if got[id] != want {
			t.Errorf("%s: %v, want %v", id, got[id], want)
		}
	}
	if len(got) != len(model.Rules()) {
		t.Errorf("%d rules, want all %d", len(got), len(model.Rules()))
	}
}
