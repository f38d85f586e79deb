package model_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

func TestParseProfile(t *testing.T) {
	const text = "mine policy=up-to equals=sent sends leaves timed silent keeps signs=byte postpones idles polls grain=1ms"
	p, err := model.ParseProfile(text)
	want := model.Profile{Name: text, Policy: model.UpTo, Equals: model.EqualsSent, Sends: true, Leaves: true, Timed: true, Silent: true,
		Keeps: true, Signs: model.ByteSigns, Postpones: true, Idles: true, Polls: true, Grain: time.Millisecond}
	if err != nil || p != want {
		t.Errorf("got %+v, %v", p, err)
	}
	if again, ok := model.FindProfile(p.Name); !ok || again != p {
		t.Errorf("its name stands for %+v", again)
	}
	for text, want := range map[string]string{
		"":               "want NAME",
		"keeps=1":        "want NAME",
		"mine fast":      `unknown setting "fast"`,
		"mine keeps=yes": "want no value",
		"mine grain=0s":  "want a duration",
		"mine policy=":   "want one of up-to",
		"mine signs=x":   "want pong or byte",
		"mine equals=x":  "want refused or sent",
	} {
		if _, err := model.ParseProfile(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// Every field that a profile fixes has a source.
func TestProfilesHaveSources(t *testing.T) {
	for _, p := range model.Profiles() {
		rest := p
		for _, s := range p.Sources() {
			switch s.Field {
			case "Policy":
				rest.Policy = model.OpenPolicy
			case "Equals":
				rest.Equals = model.EqualsOpen
			case "Sends":
				rest.Sends = false
			case "Leaves":
				rest.Leaves = false
			case "Timed":
				rest.Timed = false
			case "Keeps":
				rest.Keeps = false
			case "Signs":
				rest.Signs = model.OpenSigns
			case "Postpones":
				rest.Postpones = false
			case "Idles":
				rest.Idles = false
			case "Polls":
				rest.Polls = false
			case "Grain":
				rest.Grain = 0
			}
			if s.Says == "" || s.Place == "" {
				t.Errorf("%s: the source of %s says nothing", p.Name, s.Field)
			}
		}
		if rest != (model.Profile{Name: p.Name}) {
			t.Errorf("%s: no source for %+v", p.Name, rest)
		}
	}
}
