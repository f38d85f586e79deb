package props

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
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

func TestRefusedOtherwise(t *testing.T) {
	const sent = "ping 61|  > ping 61;"
	for _, c := range []struct {
		reason string
		a, b   string
		want   bool
	}{
		{"both are sent", sent + "ping 61|  > ping 61;end", sent + "ping 61|  > ping 61;end", false},
		{"one is refused", sent + "ping 61|  > ping 61;end", sent + "ping 61|  2 error duplicate;end", true},
		{"both are refused", sent + "ping 61|  2 error duplicate;end", sent + "settle;ping 61|  2 error duplicate;end", false},
		{"for other reasons", sent + "ping 61|  2 error duplicate;end", sent + "ping 61|  2 error too-long;end", true},
		{"another one is refused", "ping 61|  1 error other;ping 61|  > ping 61;end", sent + "ping 61|  2 error duplicate;end", true},
		{"one has ended", sent + "settle;ping 62|  > ping 62;end", sent + "settle|  closed;ping 62|  2 error closed;end", false},
		{"one ends with it", sent + "ping 62|  > ping 62;end", sent + "ping 62|  2 error closed|  > close 1000;end", false},
		{"a waiter fails", sent + "end|  1 failed closed", sent + "end|  1 acked 0s", false},
	} {
		if got := refusedOtherwise([]*model.Transcript{talkOf(t, c.a), talkOf(t, c.b)}); got != c.want {
			t.Errorf("%s: got %v\n%s\n%s", c.reason, got, c.a, c.b)
		}
	}
}

// When all is over, what is sent or acknowledged is worse than what is told late.
func TestOnlyTold(t *testing.T) {
	for _, c := range []struct {
		run  string
		want bool
	}{
		{"drop|  closed;settle;settle|  message text 61;end", true},
		{"drop|  closed;settle;settle|  latency 1s;end", true},
		{"drop|  closed;settle;settle|  message text 61;recv-ping 61|  > pong 61;end", false},
		{"drop|  closed;settle;end|  1 acked 0s", false},
		{"drop|  closed;settle;settle|  ! settle Oops: no", false},
	} {
		if got := onlyTold(talkOf(t, c.run), 2); got != c.want {
			t.Errorf("%s: got %v", c.run, got)
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
	x, _ := FindProperty("renaming")
	r, err := RunProperty(t.Context(), x, upTo, cuts, Options{First: []Named{{"by hand", talkOf(t, "recv-ping 61626364").Trace()}}, N: -1})
	if err != nil || len(r.Findings) != 1 {
		t.Fatalf("%v, %v", err, r.Findings)
	}
	if v := &r.Findings[0]; v.Certainty != model.Inferred || !strings.Contains(v.String(), "\n  or else: ") {
		t.Errorf("got %s", v)
	}
}
