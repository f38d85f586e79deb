package sweep_test

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/sweep"
)

var update = flag.Bool("update", false, "write the golden grid")

// columnOf sweeps a specimen or a mutant with n frames.
func columnOf(t *testing.T, name string, n int) *sweep.Column {
	t.Helper()
	var impl *model.Implementation
	if m, ok := specimen.FindMutant(name); ok {
		impl = m.Implementation()
	} else if impl, ok = specimen.Find(name); !ok {
		t.Fatalf("no specimen %s", name)
	}
	c := sweep.NewColumn(name)
	o := props.Options{N: -1, Sweep: n, NoCorpus: true, Tries: -1, Certify: -1, Grid: c}
	p, _ := model.FindProfile(impl.Profile)
	if _, err := props.Run(t.Context(), p, impl, o); err != nil {
		t.Fatal(err)
	}
	return c
}

// testdata/grid.txt is what a person reads of three specimens side by side, and of a mutant
// of one.
func TestGrid(t *testing.T) {
	var columns []*sweep.Column
	for _, name := range []string{"specimen/asyncio", "specimen/legacy", "specimen/responder", "mutant/answering/reserved-bits", "mutant/headers/negative-length"} {
		columns = append(columns, columnOf(t, name, sweep.Cells))
	}
	got := sweep.Table(columns)
	for line := range strings.Lines(got) {
		if len(line) > 100 {
			t.Errorf("%d columns: %s", len(line), line)
		}
	}
	const name = "testdata/grid.txt"
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the grid differs from %s; go test -update writes it:\n%s", name, got)
	}
}

// A fold says of every frame what was seen of it, and so do the parts of a column.
func TestFoldLosesNothing(t *testing.T) {
	c := columnOf(t, "mutant/answering/reserved-bits", sweep.Cells)
	again, err := sweep.NewColumnOf(c.Name, c.Sent, c.Parts())
	if err != nil {
		t.Fatal(err)
	}
	if got, want := sweep.Table([]*sweep.Column{again}), sweep.Table([]*sweep.Column{c}); got != want {
		t.Errorf("made of its parts:\n%s\nwant:\n%s", got, want)
	}
	for cell := range sweep.Cells {
		if got, want := again.Seen(cell), c.Seen(cell); got != want {
			t.Fatalf("cell %d: %+v, want %+v", cell, got, want)
		}
	}
}

// Where not all frames were sent, the core stands for all, and a whole column beside it is
// told as it is.
func TestFoldOfSomeFrames(t *testing.T) {
	impl, _ := specimen.Find("specimen/responder")
	n := sweep.New(impl.Info).Core()
	all, some := columnOf(t, impl.Name, sweep.Cells), columnOf(t, impl.Name, n)
	if !some.Complete() || some.Sent != n || columnOf(t, impl.Name, n-100).Complete() {
		t.Errorf("%d frames were sent, complete: %v", some.Sent, some.Complete())
	}
	whole, parts := all.Parts(), some.Parts()
	if len(parts) > len(whole) {
		t.Errorf("%d rows of some frames, %d of all", len(parts), len(whole))
	}
	if beside := sweep.Fold([]*sweep.Column{all, some}); len(beside) != len(whole) {
		t.Errorf("%d rows side by side, want %d", len(beside), len(whole))
	}
}

// What must not be told is in no form of the grid.
func TestWithhold(t *testing.T) {
	c := columnOf(t, "mutant/headers/negative-length", sweep.Cells)
	sent := c.Sent
	if !strings.Contains(sweep.Table([]*sweep.Column{c}), "crash*") {
		t.Fatal("no crash")
	}
	c.Withhold(func(class string) bool { return strings.HasPrefix(class, "crash ") })
	if c.Withheld == 0 || c.Sent+c.Withheld != sent {
		t.Errorf("%d frames told, %d withheld, of %d", c.Sent, c.Withheld, sent)
	}
	text := sweep.Table([]*sweep.Column{c})
	if strings.Contains(text, "crash") || !strings.Contains(text, "more are withheld: its owner may not know of them yet") {
		t.Errorf("%s", text)
	}
	if slices.ContainsFunc(c.Parts(), func(p sweep.Part) bool { return p.Seen == "crash" || p.Failed != "" }) {
		t.Error("the parts tell it")
	}
}

func TestPartsThatAreNone(t *testing.T) {
	right := sweep.Part{Axes: [7]uint32{1, 1, 1, 1, 1, 1, 1}, Seen: "-"}
	for want, spoil := range map[string]func(p *sweep.Part){
		"part 2: 0x0 is no set of values of axis 3":      func(p *sweep.Part) { p.Axes[2] = 0 },
		"part 2: 0x200000 is no set of values of axis 7": func(p *sweep.Part) { p.Axes[6] = 1 << 21 },
		"part 2: it says nothing":                        func(p *sweep.Part) { p.Seen = "" },
		"part 2: more than 172032 frames in all":         func(p *sweep.Part) { p.Axes = [7]uint32{255, 3, 3, 3, 255, 65535, 1<<21 - 1} },
	} {
		bad := right
		spoil(&bad)
		if _, err := sweep.NewColumnOf("", 1, []sweep.Part{right, bad}); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
