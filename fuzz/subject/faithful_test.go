package subject

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/generate"
)

// The specimens do what the real libraries do: the same traces show the same
// outcomes, in everything but the order of waiters within an op. Of each 2,000 traces are
// compared, and 10,000 where PONGCHECK_FULL is set, as in the nightly workflow.
func TestSpecimensAreFaithful(t *testing.T) {
	for _, c := range []struct {
		specimen, real string
		without        model.Kinds // ops that are not tried, where the release has a finding that is not public yet
	}{
		{"specimen/asyncio@14.1", "websockets/asyncio@14.1", 0},
		{"specimen/asyncio@14.2", "websockets/asyncio@14.2", 0},
		{"specimen/asyncio@14.2", "websockets/asyncio@17.4", 0},
		{"specimen/legacy@14.1", "websockets/legacy@14.1", 0},
		{"specimen/legacy@14.1", "websockets/legacy@14.2", 0},
		{"specimen/legacy@14.1", "websockets/legacy@17.4", stalls},
		{"specimen/threading@14.2", "websockets/threading@14.1", 0},
		{"specimen/threading@14.2", "websockets/threading@14.2", 0},
		{"specimen/threading@17.4", "websockets/threading@17.4", 0},
		{"specimen/trio@17.4", "websockets/trio@17.4", 0},
	} {
		t.Run(c.real, func(t *testing.T) {
			real := require(t, c.real)
			port, ok := specimen.Find(c.specimen)
			if !ok {
				t.Fatalf("there is no %s", c.specimen)
			}
			n := 2_000
			switch {
			case testing.Short():
				n = 500
			case os.Getenv("PONGCHECK_FULL") != "":
				n = 10_000
			}
			info := real.Info
			info.Can &= port.Info.Can &^ c.without
			info.Keeps, info.Cuts = info.Keeps && port.Info.Keeps, info.Cuts && port.Info.Cuts
			compare(t, port, real, info, n)
		})
	}
}

// stalls are the ops by which writes stall and go on.
var stalls = model.KindsOf(model.Block, model.Resume)

// compare runs traces of what info says on both.
func compare(t *testing.T, port, real *model.Implementation, info model.Info, n int) {
	info.Chooses = false // random payloads of stalled pings are told apart by nobody
	info.Deflate = false // the specimens have none
	g := generate.New(info, generate.Options{})
	draw := func(i int) *model.Trace {
		tr := new(model.Trace)
		g.Trace(1, uint64(i), tr)
		if slices.ContainsFunc(tr.Ops, func(o model.Op) bool { return o.Kind == model.Block }) {
			tr.Config.Timeout = 0 // a finding of the libraries, which the ports do not have: see keepalive.timeout in known.txt
		}
		return tr
	}
	traces := func(yield func(*model.Trace) bool) {
		for i := range n {
			if !yield(draw(i)) {
				return
			}
		}
	}
	c := model.NewChecker(model.RFC(), port.Info)
	c.Record, c.GoOn, c.NoRest = true, true, true
	s := port.New()
	seen := 0
	for theirs, err := range real.Run(t.Context(), traces) {
		if err != nil {
			t.Fatal(err)
		}
		mine := c.Run(s, draw(seen)).Transcript
		if a, b := canonical(mine), canonical(theirs); a != b {
			t.Fatalf("trace %d: the specimen shows\n%s\nand the library\n%s", seen, a, b)
		}
		seen++
	}
	if seen != n {
		t.Errorf("%d of %d traces were compared", seen, n)
	}
}

// The libraries have the golden conversations of their ports, too.
func TestGoldenConversationsAreReal(t *testing.T) {
	const folder = "../../model/specimen/testdata/"
	reals := map[string]*model.Implementation{}
	for _, file := range []string{"asyncio.txt", "legacy.txt", "threading.txt"} {
		b, err := os.ReadFile(folder + file)
		if err != nil {
			t.Fatal(err)
		}
		for _, part := range strings.Split(string(b), "\n-- ")[1:] {
			name, body, _ := strings.Cut(part, " --\n")
			want, err := text.ParseString(body)
			if err != nil {
				t.Fatalf("%s, case %q: %v", file, name, err)
			}
			library := "websockets/" + strings.TrimPrefix(want.Subject, "specimen/") + "@" + want.Version
			if reals[library] == nil {
				reals[library] = require(t, library)
			}
			t.Run(strings.TrimSuffix(file, ".txt")+"/"+name, func(t *testing.T) { converses(t, reals[library], want) })
		}
	}
}

// converses runs the trace of want on a library, which must show the same.
func converses(t *testing.T, real *model.Implementation, want *model.Transcript) {
	for got, err := range real.Run(t.Context(), slices.Values([]*model.Trace{want.Trace()})) {
		if err != nil {
			t.Fatal(err)
		}
		if a, b := canonical(want), canonical(got); a != b {
			t.Errorf("the golden conversation is\n%s\nand the library's\n%s", a, b)
		}
	}
}

// canonical is a transcript without what the two may differ in.
func canonical(t *model.Transcript) string {
	c := *t
	c.Subject, c.Version, c.Profile, c.Sees = "", "", "", 0
	c.Steps = slices.Clone(t.Steps)
	for i := range c.Steps {
		level(&c.Steps[i].Outcome)
	}
	level(&c.End)
	return c.String()
}

func level(o *model.Outcome) {
	o.Resolutions = slices.Clone(o.Resolutions)
	slices.SortStableFunc(o.Resolutions, func(a, b model.Resolution) int {
		if a.Keep != b.Keep {
			if a.Keep {
				return 1
			}
			return -1
		}
		return a.N - b.N
	})
}
