package props

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func raced(t *testing.T, impl *model.Implementation, o Options) *Result {
	t.Helper()
	r, err := RunConcurrent(t.Context(), propstest.FindProfile(impl.Profile), impl, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestSharedTrackersAreRight(t *testing.T) {
	n, seeds := 1500, uint64(3)
	if testing.Short() {
		n, seeds = 200, 1
	}
	for _, impl := range specimen.Shared() {
		for _, name := range []string{impl.Profile, "rfc"} {
			impl.Profile = name
			t.Run(impl.Name+"/"+name, func(t *testing.T) {
				for seed := range seeds {
					r := raced(t, &impl, Options{N: n, Seed: seed})
					for i := range r.Findings {
						t.Errorf("%s", &r.Findings[i])
					}
					if r.Traces != n || r.Undecided != 0 {
						t.Errorf("seed %d: %d traces, %d histories undecided", seed, r.Traces, r.Undecided)
					}
				}
			})
		}
	}
}

// Each race is found within 600 traces, whatever the seed, and shrunk to the shortest
// history that is known.
func TestRacesAreFound(t *testing.T) {
	classes := map[string]string{
		"race/check-then-act":  "order.linearizable",
		"race/looks-up-again":  "crash specimen.keyError",
		"race/walks-at-close":  "waiter.lost",
		"race/cancel-and-pong": "waiter.once",
		"race/order":           "order.linearizable",

		"race/registers-after-end": "waiter.lost",
		"race/answers-when-closed": "send.after-closed",

		"race/keepalive-registers-late": "keepalive.early",
		"race/keepalive-stops":          "keepalive.interval",
		"race/keepalive-ticks-on":       "send.after-closed",
		"race/keepalive-ends-twice":     "waiter.once",
	}
	for _, m := range specimen.Races() {
		t.Run(m.Name, func(t *testing.T) {
			seeds := uint64(2)
			if testing.Short() {
				seeds = 1
			}
			for seed := range seeds {
				impl := m.Implementation()
				f := hunted(raced(t, impl, Options{Seed: seed, N: 600}), classes[m.Name])
				if f == nil {
					t.Fatalf("seed %d: not found", seed)
				}
				if !slices.Contains(strings.Split(m.Shortest, "or\n"), withOneEnd(f.Shrunk)) || f.Flaky {
					t.Errorf("seed %d: want\n%s\ngot\n%s", seed, m.Shortest, f)
				}
			}
		})
	}
	if len(classes) != len(specimen.Races()) {
		t.Errorf("%d races, %d classes", len(specimen.Races()), len(classes))
	}
}

// withOneEnd lists the ops of a trace, one a line, without times. Whatever ends the connection is a
// close.
func withOneEnd(t *model.Trace) string {
	var b strings.Builder
	for _, o := range t.Ops {
		if model.KindsOf(model.PeerClose, model.Drop, model.EOF).Has(o.Kind) {
			o = model.Op{Kind: model.Close}
		}
		if o.Kind == model.Advance {
			b.WriteString("advance\n")
			continue
		}
		b.WriteString(o.String() + "\n")
	}
	return b.String()
}

func hunted(r *Result, class string) *Finding {
	for i := range r.Findings {
		if r.Findings[i].Class() == class {
			return &r.Findings[i]
		}
	}
	return nil
}

// keepArtifacts sets the flag -artifacts for the rest of the test.
func keepArtifacts(t *testing.T, value string) {
	t.Helper()
	was := flag.Lookup("test.artifacts").Value.String()
	t.Cleanup(func() { flag.Set("test.artifacts", was) })
	if err := flag.Set("test.artifacts", value); err != nil {
		t.Fatal(err)
	}
}

// checkedAtOnce runs CheckConcurrent as a test of that name would.
func checkedAtOnce(f *fake, impl *model.Implementation, options ...func(*Options)) (same *fake) {
	same = f
	f.ctx = context.Background()
	defer func() {
		if v := recover(); v != nil && v != any(f) {
			panic(v)
		}
	}()
	CheckConcurrent(f, propstest.FindProfile(impl.Profile), impl, options...)
	return f
}

func TestCheckConcurrentReportsAndStores(t *testing.T) {
	t.Chdir(t.TempDir())
	results := t.TempDir()
	t.Setenv("PONGCHECK_RESULTS", results)
	impl := specimen.Races()[1].Implementation()
	f := checkedAtOnce(&fake{name: "TestAtOnce/v1"}, impl)
	if len(f.errors) != 1 {
		t.Fatalf("errors: %q", f.errors)
	}
	picture := filepath.Join(results, "TestAtOnce_v1", "crash_specimen.keyError.html")
	for _, want := range []string{
		"FAILED crash specimen.keyError: specimen.keyError escaped from ping\n", "  rule: ", "subject: mutant/race/looks-up-again, profile websockets\n",
		"goroutine 1: ping 61 (1)\n", "> ping 61\n", "goroutine 2: pong $1, which is pong 61\n", "1 acked\n", "! ping specimen.keyError: KeyError: a\n",
		"picture: " + picture, "replay: go test -run '^TestAtOnce$/^v1$'", "testdata/pongcheck/TestAtOnce_v1/crash_specimen.keyError.txt",
	} {
		if !strings.Contains(f.errors[0], want) {
			t.Errorf("the report does not have %q:\n%s", want, f.errors[0])
		}
	}
	page, err := os.ReadFile(picture)
	if err != nil || !strings.Contains(string(page), "<html") || !strings.Contains(string(page), "ping 61 (1)") {
		t.Errorf("the picture: %v, %d bytes", err, len(page))
	}
	if text := string(page); strings.Contains(text, `src="http`) || strings.Contains(text, `href="http`) && strings.Contains(text, "stylesheet\" href=\"http") {
		t.Error("the picture loads something from a network")
	}

	// A picture that would go with the test is not drawn, and not told.
	t.Setenv("PONGCHECK_RESULTS", "")
	keepArtifacts(t, "false")
	if f := checkedAtOnce(&fake{name: "TestNoPicture"}, impl); len(f.errors) != 1 ||
		!strings.Contains(f.errors[0], "picture: run again with -artifacts, or PONGCHECK_RESULTS=FOLDER\n") {
		t.Errorf("errors: %q", f.errors)
	}
	keepArtifacts(t, "true")
	kept := filepath.Join(t.TempDir(), "crash_specimen.keyError.html")
	if f := checkedAtOnce(&fake{name: "TestPicture", artifacts: filepath.Dir(kept)}, impl); !strings.Contains(f.errors[0], "picture: "+kept+"\n") {
		t.Errorf("errors: %q", f.errors)
	}

	// It runs first from now on.
	only := func(o *Options) { o.N = -1 }
	if f := checkedAtOnce(&fake{name: "TestAtOnce/v1"}, impl, only); len(f.errors) != 1 || !strings.Contains(f.errors[0], "found: trace testdata") {
		t.Errorf("errors: %q", f.errors)
	}
	right := specimen.Shared()[1]
	if f := checkedAtOnce(&fake{name: "TestAtOnce/v1"}, &right, only); len(f.errors) != 0 || f.fatal != "" {
		t.Errorf("errors: %q %s", f.errors, f.fatal)
	}
	if f := checkedAtOnce(&fake{name: "TestNothing"}, impl, only); f.fatal != "check mutant/race/looks-up-again: no trace was run" {
		t.Errorf("fatal: %q", f.fatal)
	}
}
