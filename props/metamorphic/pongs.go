package metamorphic

import "github.com/pongcheck/pongcheck/model"

// unsolicitedProperty puts a Pong that answers nothing anywhere but within a frame. Answers
// are not counted: a subject may send them when it reads the next frame.
func unsolicitedProperty() Property {
	return Property{
		Name:     "unsolicited",
		Sentence: "A Pong that matches nothing changes nothing.",
		How:      "run 2 is run 1 with one Pong more, whose payload no ping has",
		Hazard:   "a peer that sends Pongs of its own accord makes calls fail, or pass, that would not",
		verdict:  ofMatching,
		restrict: withoutStalls,
		variants: func(t *model.Trace) int { return len(strays) * (len(t.Ops) + 1) },
		variant: func(t *model.Trace, way int) *experiment {
			stray, at := strays[way%len(strays)], way/len(strays)
			return withPong(t, at, model.Bytes(stray), func(r *model.Transcript) bool { return countEqual(payloadsOf(r), stray) == 0 })
		},
	}
}

// strays are payloads that hardly any ping has, and the one that means "any" to some.
var strays = []string{"a stray pong", ""}

// duplicatePongProperty says a Pong twice in a row. If several pings have its payload the
// second one is for another of them, and answers nothing here.
func duplicatePongProperty() Property {
	return Property{
		Name:     "duplicate-pong",
		Sentence: "A Pong that comes twice in a row changes nothing the second time.",
		How:      "run 2 is run 1 with one Pong said twice",
		Hazard:   "a peer that says a Pong twice makes calls fail, or pass, that would not",
		verdict:  ofMatching,
		restrict: withoutStalls,
		variants: func(t *model.Trace) int { return len(t.Ops) },
		variant: func(t *model.Trace, at int) *experiment {
			if t.Ops[at].Kind != model.Pong {
				return nil
			}
			return withPong(t, at+1, t.Ops[at].Data, func(r *model.Transcript) bool {
				before := *r
				before.Steps = r.Steps[:min(len(r.Steps), at+1)]
				return len(before.Steps) > at && countEqual(payloadsOf(&before), bytesOf(&before.Steps[at])) <= 1
			})
		},
	}
}

// ofMatching is the verdict where a Pong counts only for a ping with its payload.
func ofMatching(p *model.Profile, info *model.Info) model.Verdict {
	return failedIf(matchesPayloads(p) && info.Can.Has(model.Pong))
}

// withPong compares t with itself and a Pong before op number at, which is to change
// nothing: what was under way has settled before, and the Pong itself after it. It is
// no answer unless idle is true of the first run.
func withPong(t *model.Trace, at int, data model.Payload, idle func(*model.Transcript) bool) *experiment {
	rest := model.Op{Kind: model.Settle}
	a, b := insertOps(t, at, rest, rest), insertOps(t, at, rest, model.Op{Kind: model.Pong, Data: data}, rest)
	if legalPrefix(b) < len(b.Ops) {
		return nil
	}
	same := unlessTimed(compareRuns(view{}))
	ask := func(runs []*model.Transcript) (string, string, bool) {
		if !idle(runs[0]) {
			return "", "", false
		}
		return same(runs)
	}
	return &experiment{traces: []*model.Trace{a, b}, ask: ask, isFree: refusedOtherwise}
}
