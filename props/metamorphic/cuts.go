package metamorphic

import "github.com/pongcheck/pongcheck/model"

// readSizes are sizes of the reads that the peer's bytes are cut into.
var readSizes = []int{1, 2, 3, 7}

// cutsProperty compares a connection whose input comes as it is sent with one whose input
// comes a few bytes at a time. The number of Pongs may differ, for a Ping in the
// same read as a later one need not be answered (RFC 6455 section 5.5.3).
func cutsProperty() Property {
	return Property{
		Name:     "cuts",
		Sentence: "How bytes are cut into reads changes no message, no acknowledgement and no failure.",
		How:      "run 2 is run 1 with the peer's bytes cut into small reads",
		Hazard:   "what works on one network fails on another",
		verdict:  func(_ *model.Profile, info *model.Info) model.Verdict { return failedIf(info.Cuts) },
		restrict: withoutStalls,
		variants: func(*model.Trace) int { return len(readSizes) },
		variant: func(t *model.Trace, way int) *experiment {
			a, b := endSettled(t), endSettled(t)
			a.Config.Cut, b.Config.Cut = 0, readSizes[way]
			return &experiment{traces: []*model.Trace{a, b}, ask: compareRuns(view{}), isFree: refusedOtherwise}
		},
	}
}
