package subject

import (
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

func TestAll(t *testing.T) {
	seen := map[string]bool{}
	newest := map[string]int{}
	for _, e := range All() {
		if seen[e.String()] {
			t.Errorf("%s is there twice", &e)
		}
		seen[e.String()] = true
		if e.Newest {
			newest[e.Name]++
		}
		if e.Language == "" || e.Roles == 0 || e.Profile == "" {
			t.Errorf("incomplete: %+v", e)
		}
		if found, err := Find(e.String()); err != nil || found.String() != e.String() {
			t.Errorf("Find(%s) gave %s, %v", &e, &found, err)
		}
		if found, err := Find(e.Name); err != nil || !found.Newest || found.Name != e.Name {
			t.Errorf("Find(%s) gave %s, %v", e.Name, &found, err)
		}
	}
	for name, n := range newest {
		if n != 1 {
			t.Errorf("%s has %d newest versions", name, n)
		}
	}
}

func TestFindUnknown(t *testing.T) {
	for name, want := range map[string]string{
		"websockets":              "websockets/asyncio@14.1",
		"websockets/asyncio@13.0": "websockets/asyncio@14.2",
		"nosuch":                  "coder",
		"":                        "coder",
	} {
		_, err := Find(name)
		if err == nil || !strings.Contains(err.Error(), "there are: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("Find(%q): %v; want it to offer %s", name, err, want)
		}
	}
}

func TestFindNamesEachOnce(t *testing.T) {
	_, err := Find("nosuch")
	_, list, _ := strings.Cut(err.Error(), "there are: ")
	names := strings.Split(list, ", ")
	if each := slices.Compact(slices.Sorted(slices.Values(names))); len(each) != len(names) || len(each) < 10 {
		t.Errorf("some of %d names are there twice: %v", len(names), err)
	}
}

func TestGoSubjectIsNeverMissing(t *testing.T) {
	e, err := Find("coder")
	if err != nil {
		t.Fatal(err)
	}
	if err := e.Missing(t.Context()); err != nil {
		t.Error(err)
	}
	impl, closer, err := e.Open(t.Context(), InstallNever, io.Discard)
	if err != nil || impl.Name != "coder" || closer() != nil {
		t.Errorf("got %+v, %v", impl, err)
	}
}

func TestRequired(t *testing.T) {
	e := Entry{Name: "websockets/asyncio", Version: "14.1", Language: "python", Roles: model.BothRoles}
	for list, want := range map[string]bool{
		"": false, "go": false, "websocket": false, "websockets/asyncio@14.2": false, "coder,websockets/legacy": false,
		"all": true, "python": true, "go, python": true, "websockets": true, "websockets/asyncio": true, "x,websockets/asyncio@14.1": true,
	} {
		if got := e.IsRequired(list); got != want {
			t.Errorf("%q: got %v", list, got)
		}
	}
}
