package main

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/metamorphic"
	"github.com/pongcheck/pongcheck/props/result"
)

// jsonTypes are the types of lines, with their fields: true if it is optional.
var jsonTypes = map[string]map[string]bool{
	"verdict": fieldsOf(logVerdictLine{}),
	"finding": fieldsOf(findingLine{}),
	"subject": fieldsOf(subjectLine{}),
	"peer":    fieldsOf(peerLine{}),
	"waiters": fieldsOf(waiterLine{}),
	"mutant":  fieldsOf(mutantLine{}),
	"stats":   fieldsOf(statsLine{}),
	"grid":    fieldsOf(result.Grid{}),
	"run":     fieldsOf(result.Run{}),
	"target":  fieldsOf(result.Target{}),
	"night":   fieldsOf(result.Night{}),
	"entry":   fieldsOf(entryLine{}),
	"corpus":  fieldsOf(corpusLine{}),
	"problem": fieldsOf(problemLine{}),
	"trouble": fieldsOf(result.Trouble{}),
}

func fieldsOf(v any) map[string]bool {
	fields := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
		if f.Anonymous {
			continue
		}
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

func TestPropertiesOf(t *testing.T) {
	found := []*finding{{Finding: result.Finding{Class: "property cuts", Verdict: model.NonStrict}}, {Finding: result.Finding{Class: "property cuts", Verdict: model.FAILED}}, {Finding: result.Finding{Class: "crash X", Verdict: model.FAILED}}}
	got := propertiesOf([]metamorphic.Tally{{Name: "cuts", Tried: 9, Compared: 7}, {Name: "renaming", Tried: 9, Compared: 8, Unsteady: 1}, {Name: "time-shift", Tried: 9}}, found)
	want := map[string]propertyTally{
		"cuts":       {Verdict: model.FAILED, Experiments: 7},
		"renaming":   {Verdict: model.OK, Experiments: 8, Unsteady: 1},
		"time-shift": {Verdict: model.NotReached},
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestRulesOf(t *testing.T) {
	sent, _ := model.FindRule("ping.sent")
	found := []*finding{{Finding: result.Finding{Rule: "pong.owed", Verdict: model.NonStrict}}, {Finding: result.Finding{Rule: "pong.owed", Verdict: model.FAILED}}, {Finding: result.Finding{Rule: "property", Verdict: model.FAILED}}}
	got := rulesOf(model.Info{Sees: model.SeesFrames}, 1<<sent, found)
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
