package metamorphic

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// cancelsCommuteProperty cancels two pings in either order, with nothing between and nothing
// else under way. A cancel that ends the connection is a finding by itself.
func cancelsCommuteProperty() Property {
	return Property{
		Name:     "cancels-commute",
		Sentence: "In which order two pings are cancelled changes nothing.",
		How:      "run 2 is run 1 with two pings cancelled the other way round",
		Hazard:   "to give up one ping meddles with another",
		verdict: func(_ *model.Profile, info *model.Info) model.Verdict {
			need := model.KindsOf(model.Ping, model.Cancel)
			return hazardIf(info.Can&need == need)
		},
		restrict: withoutStalls,
		variants: func(t *model.Trace) int { return len(pairs) * (len(t.Ops) + 1) },
		variant: func(t *model.Trace, way int) *experiment {
			two, at := pairs[way%len(pairs)], way/len(pairs)
			n := pingsBefore(t, at)
			if n <= two[1] {
				return nil
			}
			rest := model.Op{Kind: model.Settle}
			one := model.Op{Kind: model.Cancel, N: n - two[0]}
			other := model.Op{Kind: model.Cancel, N: n - two[1]}
			a, b := insertOps(t, at, rest, one, other, rest), insertOps(t, at, rest, other, one, rest)
			same := compareRuns(view{})
			return &experiment{traces: []*model.Trace{a, b}, ask: func(runs []*model.Transcript) (string, string, bool) {
				for _, r := range runs {
					if len(r.Steps) < at+4 || endedBy(&r.Steps[at+1].Outcome) || endedBy(&r.Steps[at+2].Outcome) {
						return "", "", false
					}
				}
				return same(runs)
			}}
		},
	}
}

// pairs are pairs of pings, counted back from the newest.
var pairs = [][2]int{{0, 1}, {0, 2}, {1, 2}}

// timeShiftProperty lets time pass before anything else. Answers are not counted: a subject may
// put them off to its next tick.
func timeShiftProperty() Property {
	return Property{
		Name:     "time-shift",
		Sentence: "Time that passes before the first op shifts times, and changes nothing else.",
		How:      "run 2 is run 1 after some time has passed",
		Hazard:   "an old connection treats its pings differently from a new one",
		verdict:  func(_ *model.Profile, info *model.Info) model.Verdict { return hazardIf(info.Can.Has(model.Advance)) },
		restrict: withoutStalls,
		variants: func(*model.Trace) int { return len(shifts) },
		variant: func(t *model.Trace, way int) *experiment {
			b := insertOps(t, 0, model.Op{Kind: model.Advance, Time: shifts[way]})
			return &experiment{traces: []*model.Trace{endSettled(t), b}, ask: unlessTimed(compareRuns(view{}))}
		},
	}
}

var shifts = []time.Duration{time.Millisecond, 3 * time.Second, time.Hour}
