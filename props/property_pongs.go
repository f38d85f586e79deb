package props

import "github.com/pongcheck/pongcheck/model"

// unsolicited puts a Pong that answers nothing anywhere but where writes stall, for
// there it may stand in line, or within a frame. Answers are not counted: a
// subject may send them when it reads the next frame.
func unsolicited() Property {
	return Property{
		Name:     "unsolicited",
		Sentence: "A Pong that matches nothing changes nothing.",
		verdict: func(p *model.Profile, info *model.Info) model.Verdict {
			return failedIf(matching(p) && info.Can.Has(model.Pong))
		},
		ways: func(t *model.Trace) int { return len(strays) * (len(t.Ops) + 1) },
		try: func(t *model.Trace, way int) *experiment {
			stray, at := strays[way%len(strays)], way/len(strays)
			b := insert(t, at, model.Op{Kind: model.Pong, Data: model.Bytes(stray)})
			if stalled(t, at) || lawful(b) < len(b.Ops) {
				return nil
			}
			same := compare(view{})
			return &experiment{traces: []*model.Trace{settled(t), b}, ask: func(runs []*model.Transcript) (string, string, bool) {
				if equals(payloads(runs[1]), stray) > 0 {
					return "", "", false
				}
				return same(runs)
			}}
		},
	}
}

// strays are payloads that hardly any ping has, and the one that means "any" to some.
var strays = []string{"a stray pong", ""}

// duplicatePong says a Pong twice in a row. If several pings have its payload the
// second one is for another of them, and answers nothing here.
func duplicatePong() Property {
	return Property{
		Name:     "duplicate-pong",
		Sentence: "A Pong that comes twice in a row changes nothing the second time.",
		verdict: func(p *model.Profile, info *model.Info) model.Verdict {
			return failedIf(matching(p) && info.Can.Has(model.Pong))
		},
		ways: func(t *model.Trace) int { return len(t.Ops) },
		try: func(t *model.Trace, at int) *experiment {
			if t.Ops[at].Kind != model.Pong || stalled(t, at) {
				return nil
			}
			b := insert(t, at, t.Ops[at])
			same := compare(view{})
			return &experiment{traces: []*model.Trace{settled(t), b}, ask: func(runs []*model.Transcript) (string, string, bool) {
				a := *runs[0]
				a.Steps = a.Steps[:min(len(a.Steps), at+1)]
				if len(a.Steps) <= at || equals(payloads(&a), bytesOf(&a.Steps[at])) > 1 {
					return "", "", false
				}
				return same(runs)
			}}
		},
	}
}
