package concurrent

import (
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// round is what was done between two settles: time went on, then acts were begun at once.
type round struct {
	from, to int64         // the stamps of the settles
	advance  *Act          // nil: no time went on
	at       time.Duration // when the acts were begun, since Open
	rested   time.Duration // how long time went on before the settle
	acts     []*Act
	senders  map[int64]*Act // the call that sent a Ping, by its stamp
	pings    []SentFrame    // that left at once with the acts, in the order of the wire
	frames   []SentFrame    // all others
	first    []*Act         // those of the peer that may have come before a Ping that they may be for
	mixed    bool           // which Pings no call sent is not known
}

// rounds cuts a history at its settles.
func (h *History) rounds() []round {
	all := make([]round, len(h.Settles))
	acts, frames := h.Acts, h.Frames
	from, now := int64(0), time.Duration(0)
	for i := range all {
		r := &all[i]
		*r = round{from: from, to: h.Settles[i], rested: h.Rested[i], senders: map[int64]*Act{}}
		for ; len(acts) > 0 && acts[0].Call < r.to; acts = acts[1:] {
			if acts[0].Event.Kind != model.Advance {
				r.acts = append(r.acts, &acts[0])
				continue
			}
			r.advance = &acts[0]
			now += acts[0].Event.Time
		}
		n := 0
		for n < len(frames) && frames[n].At < r.to {
			n++
		}
		r.at = now
		h.shareFrames(r, frames[:n])
		frames = frames[n:]
		now += r.rested
		from = r.to
	}
	return all
}

// shareFrames says which call of a round sent which Ping. A call that chose its payload sent one
// of those that are left.
func (h *History) shareFrames(r *round, frames []SentFrame) {
	var strange []SentFrame // Pings that may be of a call whose payload is not known
	for _, s := range frames {
		if s.Frame.Opcode != frame.Ping || r.advance != nil && s.Frame.At < r.at || s.Frame.At > r.at {
			r.frames = append(r.frames, s)
			continue
		}
		r.pings = append(r.pings, s)
		if a := r.senderOf(s); a != nil {
			r.senders[s.At] = a
		} else {
			strange = append(strange, s)
		}
	}
	choosers, unsure := h.choosers(r)
	r.mixed = len(choosers) > 0 && (len(choosers) != len(strange) || unsure)
	for i, a := range choosers {
		if !r.mixed {
			r.senders[strange[i].At] = a
		}
	}
	for _, a := range r.acts {
		if model.KindsOf(model.Pong, model.RecvPing).Has(a.Event.Kind) && slices.ContainsFunc(r.pings, func(s SentFrame) bool { return r.mayBeFirst(a, s) }) {
			r.first = append(r.first, a)
		}
	}
}

// mayBeFirst reports whether what the peer sent may have come before a Ping that it may be for: any
// of the keepalive, and one of a call that has its payload.
func (r *round) mayBeFirst(a *Act, s SentFrame) bool {
	return a.Call < s.At && (r.senders[s.At] == nil || a.Event.Data == s.Frame.Data)
}

// senderOf is the first call with the payload of a Ping that has no Ping yet, or nil.
func (r *round) senderOf(s SentFrame) *Act {
	for _, a := range r.acts {
		if a.Event.Kind == model.Ping && !a.Event.Chosen && a.Event.Data == s.Frame.Data && a.Call < s.At && !r.hasSent(a) {
			return a
		}
	}
	return nil
}

// hasSent reports whether a call has a Ping.
func (r *round) hasSent(a *Act) bool {
	for _, b := range r.senders {
		if a == b {
			return true
		}
	}
	return false
}

// choosers are the calls of a round that sent a payload which the subject chose. It is unsure
// whether one that was cancelled sent anything.
func (h *History) choosers(r *round) (calls []*Act, unsure bool) {
	for _, a := range r.acts {
		if a.Event.Kind != model.Ping || !a.Event.Chosen {
			continue
		}
		e := h.endOf(a.Event.N)
		if e == nil || e.How != model.Refused {
			calls = append(calls, a)
		}
		unsure = unsure || e != nil && e.How == model.Cancelled
	}
	return calls, unsure
}
