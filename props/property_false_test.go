package props

import (
	"flag"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

var experiments = flag.Int("pairs", 200, "experiments to make for each property and subject that is right; it is the seed, too")

// spotless fails t if impl violates a property under profile p.
func spotless(t *testing.T, p model.Profile, impl *model.Implementation) {
	t.Helper()
	n := *experiments
	if testing.Short() {
		n /= 4
	}
	r, err := RunProperties(t.Context(), p, impl, Options{N: directPart * n, Seed: uint64(n)})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Findings {
		t.Errorf("%s", &r.Findings[i])
	}
	for _, y := range r.Tallies {
		if y.Compared*4 < n || y.Unsteady > 0 {
			t.Errorf("%s: %d experiments, %d of them answered something, %d unsteady", y.Name, y.Tried, y.Compared, y.Unsteady)
		}
	}
	t.Logf("%s", r.Tallies)
}

// What is right violates no property, by its own profile and by the one that fixes
// nothing.
func TestNoPropertyIsViolatedBySpecimens(t *testing.T) {
	for _, c := range []struct{ subject, profile string }{
		{"specimen/asyncio@14.2", "websockets"},
		{"specimen/legacy", "websockets-legacy"},
		{"specimen/exact", "exact"},
		{"specimen/any", "any-pong"},
		{"specimen/responder", "exact"},
		{"specimen/coalescing", "exact"},
	} {
		impl, ok := specimen.Find(c.subject)
		if !ok {
			t.Fatalf("there is no %s", c.subject)
		}
		for _, name := range []string{c.profile, "rfc"} {
			t.Run(c.subject+"/profile="+name, func(t *testing.T) { spotless(t, propstest.FindProfile(name), impl) })
		}
	}
}

// The reference keeps to every policy, and with each to either way with payloads that
// are pending.
func TestNoPropertyIsViolatedByTheReference(t *testing.T) {
	for policy := model.UpTo; policy <= model.Counter; policy++ {
		for equals := model.EqualsRefused; equals <= model.EqualsSent; equals++ {
			p := model.Profile{Name: policy.String(), Policy: policy, Equals: equals, Sends: true, Timed: true}
			impl := propstest.Reference(p)
			impl.Info.Cuts = false // it takes no notice
			t.Run(p.Name, func(t *testing.T) { spotless(t, p, impl) })
			t.Run("rfc/"+p.Name, func(t *testing.T) { spotless(t, model.RFC(), impl) })
		}
	}
}

// slow shows acknowledgements late: with the next op, or at the next settle. Both are
// allowed, and what comes between finds other waiters pending.
type slow struct {
	model.Subject
	toSettle bool
	held     []model.Resolution
}

func (s *slow) Step(ev *model.Event, out *model.Outcome) {
	var seen model.Outcome
	s.Subject.Step(ev, &seen)
	due := !s.toSettle || ev.Kind == model.Settle || ev.Kind == model.End || seen.Closed
	if ev.Kind == model.Open {
		s.held = nil
	} else if due {
		out.Resolutions, s.held = append(out.Resolutions, s.held...), nil
	}
	for _, r := range seen.Resolutions {
		if r.How == model.Acked && ev.Kind != model.End && !seen.Closed {
			s.held = append(s.held, r)
		} else {
			out.Resolutions = append(out.Resolutions, r)
		}
	}
	out.Head, out.Frames, out.Messages = seen.Head, append(out.Frames, seen.Frames...), append(out.Messages, seen.Messages...)
}

func TestNoPropertyIsViolatedByShowingThingsLate(t *testing.T) {
	for _, toSettle := range []bool{false, true} {
		right := tracking(tracker{})
		impl := tracking(tracker{})
		impl.New = func() model.Subject { return &slow{Subject: right.New(), toSettle: toSettle} }
		spotless(t, upTo, impl)
	}
}

func TestTheRightTrackerViolatesNothing(t *testing.T) {
	for _, k := range []tracker{{}, {sends: func(*tracker, string) bool { return true }}} {
		impl := tracking(k)
		if !agrees(t, impl) {
			t.Error("the model does not agree")
		}
		spotless(t, upTo, impl)
	}
}
