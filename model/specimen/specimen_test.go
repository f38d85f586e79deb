package specimen_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/generate"
)

var update = flag.Bool("update", false, "rewrite what the specimens show in the golden conversations")

// A golden file opens with its story; each case is a transcript, with the specimen
// in its subject line:
//
//	-- what must hold --
//	pongcheck-trace 1
//	subject specimen/asyncio 14.2
//	...
func TestConversations(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) { golden(t, file) })
	}
}

func golden(t *testing.T, file string) {
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(b), "\n-- ")
	if !strings.HasPrefix(parts[0], "# ") {
		t.Fatalf("%s: it does not open with its story", file)
	}
	out := parts[0]
	for _, part := range parts[1:] {
		name, body, _ := strings.Cut(part, " --\n")
		want, err := text.ParseString(body)
		if err != nil {
			t.Fatalf("%s, case %q: %v", file, name, err)
		}
		got := converse(t, want)
		if out += fmt.Sprintf("\n-- %s --\n%s", name, got); got != want.String() && !*update {
			t.Errorf("%s: %s: got\n%s\nwant\n%s", file, name, got, want)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(out), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// converse runs the trace of t on the specimen that t names.
func converse(tb testing.TB, t *model.Transcript) string {
	tb.Helper()
	impl, ok := specimen.Find(strings.TrimSuffix(t.Subject+"@"+t.Version, "@"))
	if !ok {
		tb.Fatalf("there is no specimen %s %s", t.Subject, t.Version)
	}
	c := model.NewChecker(model.RFC(), impl.Info)
	c.Record, c.GoOn = true, true
	return c.RunIn(impl, t.Trace()).Transcript.String()
}

// right are the specimens that are right.
func right() []model.Implementation {
	var impls []model.Implementation
	for _, impl := range specimen.All() {
		if impl.Name != "specimen/asyncio" || impl.Version != "14.1" {
			impls = append(impls, impl)
		}
	}
	return impls
}

// By its own profile and by the one that fixes nothing, nothing that a right
// specimen does is FAILED.
func TestRightOnesAgreeWithTheModel(t *testing.T) {
	for _, impl := range right() {
		for _, name := range []string{impl.Profile, "rfc"} {
			t.Run(impl.Name+"/profile="+name, func(t *testing.T) {
				p, ok := model.FindProfile(name)
				if !ok {
					t.Fatalf("there is no profile %s", name)
				}
				if own, _ := model.FindProfile(impl.Profile); own.Leaves && !p.Leaves {
					t.Skip("it leaves waiters at the close, which is right only where it is documented")
				}
				agree(t, p, &impl)
			})
		}
	}
}

func agree(t *testing.T, p model.Profile, impl *model.Implementation) {
	c := model.NewChecker(p, impl.Info)
	g := generate.New(impl.Info, generate.Options{})
	s := impl.New()
	var tr model.Trace
	want := 200_000
	if testing.Short() {
		want = 20_000
	}
	ops := 0
	for i := uint64(0); ops < want; i++ {
		g.Trace(1566, i, &tr)
		r := c.Run(s, &tr)
		ops += r.Ops
		if f := r.Failure(); f != nil {
			t.Fatalf("trace %d: op %d: %s\n%s", i, f.Op, f.Sentence(), transcript(p, impl, &tr))
		}
	}
}

func transcript(p model.Profile, impl *model.Implementation, tr *model.Trace) *model.Transcript {
	c := model.NewChecker(p, impl.Info)
	c.Record = true
	return c.RunIn(impl, tr).Transcript
}

// recorder is a subject that keeps the events that another one steps, up to the
// one on which it fails the connection: its reason is written then.
type recorder struct {
	model.Subject
	events []model.Event
	failed bool
}

func (r *recorder) Step(ev *model.Event, out *model.Outcome) {
	r.Subject.Step(ev, out)
	e := *ev
	e.Data = strings.Clone(ev.Data)
	if r.failed = r.failed && ev.Kind != model.Open; ev.Kind == model.Open {
		cfg := *ev.Config // the checker uses its own again
		e.Config = &cfg
	}
	for _, f := range out.Frames {
		r.failed = r.failed || f.Opcode == frame.Close && strings.HasPrefix(f.Data, "\x03\xef") // 1007
	}
	if !r.failed {
		r.events = append(r.events, e)
	}
}

// A specimen allocates nothing once its memory has grown; only what fails a
// connection may.
func TestStepsAllocateNothing(t *testing.T) {
	for _, impl := range right() {
		t.Run(impl.Name, func(t *testing.T) {
			info := impl.Info
			info.Can &^= model.KindsOf(model.Raw)
			g := generate.New(info, generate.Options{})
			c := model.NewChecker(model.RFC(), info)
			s := impl.New()
			rec := &recorder{Subject: s}
			var tr model.Trace
			for i := range uint64(500) {
				g.Trace(2, i, &tr)
				c.Run(rec, &tr)
			}
			var out model.Outcome
			run := func() {
				for i := range rec.events {
					out.Reset()
					s.Step(&rec.events[i], &out)
				}
			}
			run()
			if n := testing.AllocsPerRun(5, run); n != 0 {
				t.Errorf("%v allocations in %d events", n, len(rec.events))
			}
		})
	}
}

func TestFind(t *testing.T) {
	for name, version := range map[string]string{
		"specimen/asyncio": "14.2", "specimen/asyncio@14.1": "14.1", "specimen/exact": "", "specimen/legacy@14.1": "14.1",
		"specimen/threading": "17.4", "specimen/threading@14.2": "14.2", "specimen/trio": "17.4",
	} {
		if impl, ok := specimen.Find(name); !ok || impl.Version != version || impl.Profile != "" && !profiled(impl.Profile) {
			t.Errorf("%s: got %v", name, impl)
		}
	}
	if _, ok := specimen.Find("specimen/asyncio@1.0"); ok {
		t.Error("found a version that there is not")
	}
}

func profiled(name string) bool {
	_, ok := model.FindProfile(name)
	return ok
}
