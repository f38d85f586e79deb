package main

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// maxModules is how many modules of other people a user may have to download for the
// command: at a time they were 86, and building them took three minutes.
const maxModules = 40

func TestTheCommandIsBuiltFromFewModules(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	modules := strings.Fields(string(out))
	slices.Sort(modules)
	modules = slices.DeleteFunc(slices.Compact(modules), func(path string) bool {
		return strings.HasPrefix(path, "github.com/pongcheck/pongcheck")
	})
	if len(modules) > maxModules {
		t.Errorf("%d modules, want at most %d: %q", len(modules), maxModules, modules)
	}
	for _, path := range []string{
		"pgregory.net/rapid", // for the benchmark beside other tools
		"github.com/leanovate/gopter",
		"github.com/johannesboyne/gofakes3", // for tests
		"github.com/google/go-containerregistry",
		"github.com/rogpeppe/go-internal",
		"github.com/rhysd/actionlint", // tools
		"honnef.co/go/tools",
	} {
		if slices.Contains(modules, path) {
			t.Errorf("the command is built from %s, which only tests and tools need", path)
		}
	}
	if !slices.Contains(modules, "github.com/coder/websocket") {
		t.Errorf("modules %q: the subjects are not among them", modules)
	}
}
