package concurrent

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// The keepalive is judged by the model: a history becomes a transcript in which one thing is
// done after the other. What happened at once has no order. So a flaw counts only if there is
// one whichever came first in each round: the Pings of the keepalive, or what the peer sent.

// maxOpenRounds is how many rounds of a history may have their order open.
const maxOpenRounds = 6

// judgeKeepalive judges the Pings that the subject sent by itself, whether it gave its peer up in
// time, and not too early. It says why that is undecided, if so.
func (h *History) judgeKeepalive(p model.Profile) (flaw *Flaw, undecided string) {
	const needs = model.SeesFrames | model.SeesClosed
	if h.Trace.Config.Interval == 0 || h.info.Sees&needs != needs {
		return nil, ""
	}
	rounds, open := h.rounds(), 0
	for i := range rounds {
		switch {
		case rounds[i].mixed:
			return nil, "whether a call or the keepalive sent a Ping is not known"
		case len(rounds[i].first) > 0:
			open++
		}
	}
	if open > maxOpenRounds {
		return nil, "too much happened at once with the keepalive"
	}
	for order := range 1 << open {
		if flaw = h.judgeOrder(p, rounds, order); flaw == nil {
			return nil, ""
		}
	}
	return flaw, ""
}

// judgeOrder is what the model finds wrong with the keepalive, if what the peer sent came first in
// those open rounds whose bit in order is set.
func (h *History) judgeOrder(p model.Profile, rounds []round, order int) *Flaw {
	t := &model.Transcript{Config: h.Trace.Config}
	for i := range rounds {
		r := &rounds[i]
		peerFirst := len(r.first) > 0 && order&1 != 0
		if len(r.first) > 0 {
			order >>= 1
		}
		h.addSteps(t, r, peerFirst)
	}
	info := h.info
	info.Sees = model.SeesFrames | model.SeesWaiters | model.SeesClosed
	report, err := model.Judge(p, info, t, model.InProcess)
	if err != nil {
		return nil // a trace that cannot be judged has other troubles
	}
	for i := range report.Findings {
		f := &report.Findings[i]
		if id := f.Rule.String(); f.Verdict == model.FAILED && (strings.HasPrefix(id, "keepalive.") || id == "ack.no-pong") {
			return &Flaw{Rule: *f.Rule.Rule(), Sentence: f.Sentence()}
		}
	}
	return nil
}

// addSteps adds a round to a transcript: time goes on, ends begin, Pings leave, the peer sends, and
// everything comes to rest. An end that was asked for comes before all that it may explain.
func (h *History) addSteps(t *model.Transcript, r *round, peerFirst bool) {
	add := func(op model.Op, out model.Outcome) { t.Steps = append(t.Steps, model.Step{Op: op, Outcome: out}) }
	early, late := h.showEnds(r)
	if r.advance != nil {
		add(model.Op{Kind: model.Advance, Time: r.advance.Event.Time}, early)
	}
	addActs := func(kinds model.Kinds, first bool) {
		for _, a := range r.acts {
			if kinds.Has(a.Event.Kind) && (peerFirst && slices.Contains(r.first, a)) == first {
				add(opOf(a), model.Outcome{})
			}
		}
	}
	peer := model.KindsOf(model.Pong, model.RecvPing)
	addActs(endsConnection, false)
	addActs(peer, true)
	for _, s := range r.pings {
		op := model.Op{Kind: model.Advance} // by no time: the Ping is of the keepalive
		if a := r.senders[s.At]; a != nil {
			op = opOf(a)
		}
		add(op, model.Outcome{Frames: []model.Frame{s.Frame}})
	}
	addActs(peer, false)
	add(model.Op{Kind: model.Settle}, late)
}

// showEnds returns what showed as time went on, and what showed by the settle.
func (h *History) showEnds(r *round) (early, late model.Outcome) {
	for _, s := range r.frames {
		out := &late
		if ends := s.Frame.Opcode == frame.Close && !h.endBegan(s.At); r.advance != nil && (s.Frame.At < r.at || s.Frame.At == r.at && ends) {
			out = &early
		}
		out.Frames = append(out.Frames, s.Frame)
	}
	if h.Closed > r.from && h.Closed < r.to {
		out := &late
		if r.advance != nil && h.ClosedAt <= r.at && !h.endBegan(h.Closed) {
			out = &early
		}
		out.Closed, out.ClosedAt = true, h.ClosedAt
	}
	for _, e := range h.KeepEnds {
		if e.At > r.from && e.At < r.to {
			late.Resolutions = append(late.Resolutions, e.Resolution)
		}
	}
	late.Rested = r.rested
	return early, late
}

// opOf is the op of an act, with the payload that it had.
func opOf(a *Act) model.Op {
	op := model.Op{Kind: a.Event.Kind, Data: model.Bytes(a.Event.Data)}
	switch {
	case a.Event.Kind == model.Ping && a.Event.Chosen:
		op.Data = model.Payload{Form: model.Chosen}
	case a.Event.Kind != model.Ping:
		op.N = a.Event.N
	}
	return op
}
