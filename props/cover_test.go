package props

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func TestCoverFailsBelowTheShareOnly(t *testing.T) {
	s := &Stats{Traces: 10000}
	s.Situations[ThreePending] = 2000
	s.Situations[EmptyPing] = 10000
	for _, c := range []struct {
		least map[Situation]float64
		want  string
	}{
		{map[Situation]float64{ThreePending: 0.2, EmptyPing: 1}, "[]"},
		{map[Situation]float64{ThreePending: 0.216}, "[]"}, // 4 deviations are 1.6 per cent
		{map[Situation]float64{ThreePending: 0.217}, "[three pending]"},
		{map[Situation]float64{TenPending: 0.01, ThreePending: 0.5}, "[three pending ten pending]"},
		{map[Situation]float64{TenPending: 0}, "[]"},
		{map[Situation]float64{ShowedAcked: 0.1}, "[showed: acked]"}, // there was no run
	} {
		if got := fmt.Sprint(s.below(c.least)); got != c.want {
			t.Errorf("%v: got %s, want %s", c.least, got, c.want)
		}
	}
	f := &fake{}
	Cover(f, s, map[Situation]float64{ThreePending: 0.2})
	if len(f.errors) > 0 {
		t.Errorf("got %q", f.errors)
	}
	Cover(f, s, map[Situation]float64{ThreePending: 0.5, TenPending: 0.25, EmptyPing: 0.5})
	const want = "too rare in 10000 traces:\n     got     want  (per cent)\n   20.00    50.00  three pending\n    0.00    25.00  ten pending"
	if len(f.errors) != 1 || f.errors[0] != want {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(f.errors, "\n"), want)
	}
}

func TestEverySituationHasAName(t *testing.T) {
	seen := map[string]bool{}
	for x := range situations {
		if seen[x.String()] || x.String() == "" {
			t.Errorf("situation %d: %q", x, x)
		}
		seen[x.String()] = true
	}
}

func TestGeneratedDependsOnTheSeedAlone(t *testing.T) {
	o := Options{N: 500, Seed: 3}
	if one, two := Generated(propstest.Everything(), o), Generated(propstest.Everything(), o); *one != *two || one.Traces != 500 {
		t.Errorf("got\n%s\nand\n%s", one, two)
	}
	o.Seed = 4
	if one, two := Generated(propstest.Everything(), Options{N: 500, Seed: 3}), Generated(propstest.Everything(), o); *one == *two {
		t.Error("two seeds gave the same")
	}
}

// A run gets everywhere, here and elsewhere alike.
func TestStatsOfARun(t *testing.T) {
	var all [2]Stats
	for i, impl := range []*model.Implementation{propstest.Reference(upTo), propstest.Elsewhere(propstest.Reference(upTo))} {
		r, err := Run(t.Context(), upTo, impl, Options{N: 3000, Seed: 1, NoCorpus: true, Stats: &all[i]})
		if err != nil {
			t.Fatal(err)
		}
		s := &all[i]
		if s.Traces != r.Traces || s.Runs != r.Traces {
			t.Errorf("%d traces and %d runs of %d", s.Traces, s.Runs, r.Traces)
		}
		for rule := range model.Rules() {
			if reached := r.Reached>>rule&1 != 0; reached != (s.Rules[rule] > 0) {
				t.Errorf("rule %s: reached %v, counted %d", model.RuleID(rule), reached, s.Rules[rule])
			}
		}
	}
	if all[0].Situations != all[1].Situations || all[0].Outcomes != all[1].Outcomes {
		t.Errorf("here\n%s\nelsewhere\n%s", &all[0], &all[1])
	}
	s := &all[0]
	t.Logf("\n%s", s)
	Cover(t, s, map[Situation]float64{
		ShowedAcked: 0.25, ShowedSeveral: 0.1, ShowedCancelled: 0.15, ShowedFailed: 0.4, ShowedRefused: 0.3, ShowedAnswer: 0.4,
		ShowedMessage: 0.1, ShowedClosed: 0.2,
	})
	if s.Situations[ShowedCrash]+s.Situations[ShowedUnsupported] > 0 {
		t.Errorf("the reference crashes, or cannot do something")
	}
	if s.Distinguished == 0 || s.Policies[model.UpTo] != s.Distinguished || s.Policies[model.Exact] != 0 {
		t.Errorf("policies: %d told, %v", s.Distinguished, s.Policies)
	}
	text := s.String()
	for _, want := range []string{"\n  pings, by how they ended\n", "\n    up-to                  100.0\n", "\n  traces that put a rule to the test\n", "\n    never: ", "\n    acked "} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not have %q:\n%s", want, text)
		}
	}
	for line := range strings.Lines(text) {
		if len(line) > screen+1 {
			t.Errorf("too wide: %s", line)
		}
	}
	if strings.Contains(Generated(propstest.Everything(), Options{N: 10}).String(), "showed") {
		t.Error("it tells of runs that were not made")
	}
}

func TestStatsCountCrashes(t *testing.T) {
	var s Stats
	if _, err := Run(t.Context(), propstest.FindProfile("websockets"), propstest.Broken(propstest.Crashes), Options{N: 300, NoCorpus: true, Stats: &s}); err != nil {
		t.Fatal(err)
	}
	if s.Situations[ShowedCrash] == 0 || s.Situations[ShowedCrash] == s.Runs {
		t.Errorf("%d crashes in %d runs", s.Situations[ShowedCrash], s.Runs)
	}
}

// The floors are well below what is reached, and above what would be no test.
func TestSituationsAreReached(t *testing.T) {
	s := Generated(propstest.Everything(), Options{N: 20000, Seed: 1})
	t.Logf("\n%s", s)
	Cover(t, s, map[Situation]float64{
		ThreePending: 0.15, TenPending: 0.03, EqualPending: 0.15, CancelledMet: 0.10, CancelledAmong: 0.03,
		AcknowledgedAgain: 0.10, Unsolicited: 0.15, AlmostMatched: 0.08, EmptyPing: 0.05, LongestPing: 0.05, TooLongPing: 0.03,
		InsideMessage: 0.05, PingBlocked: 0.03, PongBlocked: 0.03, ThreeOwed: 0.15,
		KeepaliveDue: 0.08, KeepalivePong: 0.03, PongAfterEnd: 0.05, SettledAtEnd: 0.7,
	})
	Cover(t, s, map[Situation]float64{ // each in a default Check of 1,000 traces, nearly always
		FortyPending: 0.006, HundredPending: 0.003, HundredAnswered: 0.002, MiddlingPing: 0.10, FarFlip: 0.004,
		JoinedFrames: 0.18, JoinedEchoes: 0.05, JoinedEnd: 0.02, BentData: 0.004, BentPong: 0.004, ReservedOpcode: 0.03,
		ReasonedClose: 0.025, FarFromUTF8: 0.005, BigMessage: 0.001, DozenFragments: 0.01, SplitCharacter: 0.012, LongPause: 0.02,
	})
	for k := model.Ping; k < model.End; k++ {
		if s.Kinds[k]*1000 < s.Ops {
			t.Errorf("%s: %d of %d ops", k, s.Kinds[k], s.Ops)
		}
	}
}
