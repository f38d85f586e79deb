package props

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

// Whether a ping is refused, and which of several equal ones a Pong acknowledges, is
// free as long as nothing fixes it. What such a choice depends on is a hazard at most,
// but for how bytes are cut, and for Pongs that are documented to change nothing.
func TestWhatNothingPromisesIsNotFailed(t *testing.T) {
	for _, c := range impostors() {
		if !c.agrees || c.verdict == model.FAILED {
			continue
		}
		for _, p := range []model.Profile{model.RFC(), upTo} {
			r, err := RunProperties(t.Context(), p, tracking(c.tracker), Options{N: 3000, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			for i := range r.Findings {
				if v := &r.Findings[i]; v.Verdict != model.NonStrict || !strings.Contains(v.String(), "hazard:") {
					t.Errorf("profile %s, a tracker that %s: %s", p.Name, c.does, v)
				}
			}
		}
	}
}

// A violation that is FAILED because a run breaks a rule is as sure as that.
func TestAViolationIsAsSureAsWhatItRestsOn(t *testing.T) {
	cuts := tracking(tracker{spoil: func(_ *tracker, ev *model.Event, out *model.Outcome) {
		if ev.Kind == model.RecvPing && len(ev.Data) == 4 && ev.Data > "P" {
			out.Frames[0].Data = ev.Data[:3]
		}
	}})
	x, _ := metamorphic.Find("renaming")
	r, err := RunProperty(t.Context(), x, upTo, cuts, Options{First: []Named{{"by hand", propstest.ParseTrace(t, "recv-ping 61626364")}}, N: -1})
	if err != nil || len(r.Findings) != 1 {
		t.Fatalf("%v, %v", err, r.Findings)
	}
	if v := &r.Findings[0]; v.Certainty != model.Inferred || !strings.Contains(v.String(), "\n  or else: ") {
		t.Errorf("got %s", v)
	}
}
