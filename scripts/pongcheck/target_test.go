package main

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/subject"
)

func TestFindTargets(t *testing.T) {
	for name, want := range map[string]string{
		"coder":                             "coder",
		"gws":                               "gws",
		"gws/next":                          "gws/next",
		"gorilla/websocket":                 "gorilla",
		"github.com/gorilla/websocket":      "gorilla",
		"golang.org/x/net/websocket":        "xnet",
		"github.com/coder/websocket/wsjson": "coder",
		"websockets":                        "websockets/asyncio websockets/legacy websockets/threading websockets/trio",
		"websockets@14.1":                   "websockets/asyncio websockets/legacy websockets/threading",
		"specimen/asyncio@14.1":             "specimen/asyncio",
		"mutant/deep/sorted":                "mutant/deep/sorted",
	} {
		found, err := findTargets(name)
		var names []string
		for _, f := range found {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); err != nil || got != want {
			t.Errorf("findTargets(%q) = %q, %v; want %q", name, got, err, want)
		}
	}
	e, err := subject.Find("gorilla")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := findTarget("gorilla/websocket@" + e.Version); err != nil || got.String() != e.String() {
		t.Errorf("an import path with a version: %s, %v; want %s", got.String(), err, e.String())
	}
}

// Every Go library can be named by its import path.
func TestEverySubjectHasAnImportPath(t *testing.T) {
	named := map[string]bool{}
	for _, name := range importPaths {
		named[name] = true
	}
	for _, e := range subject.All() {
		if implementation, _, _ := strings.Cut(e.Name, "/"); e.Language == "go" && !named[implementation] {
			t.Errorf("no import path stands for %s", e.Name)
		}
	}
}
