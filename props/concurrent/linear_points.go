package concurrent

import (
	"slices"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// interval is the time within which a point lies, in stamps.
type interval struct {
	point
	from, to int64
}

// pointsOf makes of a history the points that have to be put in order. It says why
// nothing can be concluded from that, if so.
func (h *History) pointsOf(p model.Profile) (f *facts, all []interval, unsound string) {
	f = &facts{profile: p, uncalled: map[string]bool{}}
	b := pointMaker{History: h, facts: f}
	for i, s := range h.pingFrames() {
		f.pingsOnWire = append(f.pingsOnWire, s.Frame.Data)
		b.addPoint(pointFrame, i, s.At, s.At)
	}
	for i := range h.Acts {
		b.addAct(&h.Acts[i])
	}
	for _, at := range h.Settles {
		b.addPoint(pointSettle, 0, at, at)
	}
	if at := h.endedUnasked(); at > 0 {
		b.addPoint(pointClose, 0, b.lastSettle(at)+1, at)
	}
	b.addPoint(pointClose, 0, h.Finish, h.Finish)
	b.addPoint(pointEnd, 0, h.Over, h.Over)
	return f, b.all, b.explainPings()
}

// pointMaker makes points of a history.
type pointMaker struct {
	*History
	facts *facts
	all   []interval
}

func (b *pointMaker) addPoint(kind pointKind, n int, from, to int64) {
	b.all = append(b.all, interval{point{kind: kind, n: n}, from, to})
}

func (b *pointMaker) addAct(a *Act) {
	switch a.Event.Kind {
	case model.Ping:
		b.addPing(a)
	case model.Pong:
		b.facts.pongs = append(b.facts.pongs, a.Event.Data)
		b.addPoint(pointPong, len(b.facts.pongs)-1, a.Call, b.nextSettle(a.Call))
	case model.Close, model.PeerClose, model.Drop, model.EOF: // what the transport loses is noticed at the next read or write
		b.addPoint(pointClose, 0, a.Call, b.nextSettle(a.Call))
	}
}

// addPing adds the call, and how its waiter ended. Its Ping may leave after that: when it
// was cancelled, say, or when a Pong guessed it. The Pings on the wire say by when it
// did.
func (b *pointMaker) addPing(a *Act) {
	n := a.Event.N - 1
	b.facts.calls = append(b.facts.calls, a.Event)
	e := b.endOf(a.Event.N)
	if e != nil && e.How == model.Refused {
		b.addPoint(pointRefused, n, a.Call, e.At)
		return
	}
	b.addPoint(pointCall, n, a.Call, b.Over+1)
	if e == nil {
		return
	}
	from := max(a.Call, b.lastSettle(e.At)+1) // what shows after a settle happened after it
	switch e.How {
	case model.Acked:
		b.addPoint(pointAcked, n, from, e.At)
	case model.Cancelled:
		b.addPoint(pointCancelled, n, max(from, b.cancelledAt(e)), e.At)
	case model.Failed:
		b.addPoint(pointFailed, n, from, e.At)
		b.all[len(b.all)-1].must = b.isClosing(e.At)
	}
}

// endOf is how ping n ended, or nil.
func (h *History) endOf(n int) *EndedWaiter {
	for i := range h.Ends {
		if h.Ends[i].N == n {
			return &h.Ends[i]
		}
	}
	return nil
}

// cancelledAt is when the waiter that ended so was first asked to; 0: never.
func (h *History) cancelledAt(e *EndedWaiter) int64 {
	for i := range h.Acts {
		if a := &h.Acts[i]; a.Event.Kind == model.Cancel && a.Event.N == e.N && a.Call < e.At {
			return a.Call
		}
	}
	return 0
}

// endsConnection are the ops that begin the end of the connection.
var endsConnection = model.KindsOf(model.Close, model.PeerClose, model.Drop, model.EOF)

// isClosing reports whether something before at began to close the connection.
func (h *History) isClosing(at int64) bool {
	ended := h.endedUnasked()
	return h.endBegan(at) || h.Finish < at || ended > 0 && ended < at
}

// endBegan reports whether an op before at began to end the connection.
func (h *History) endBegan(at int64) bool {
	return slices.ContainsFunc(h.Acts, func(a Act) bool { return endsConnection.Has(a.Event.Kind) && a.Call < at })
}

// endedUnasked is when the subject showed that it ends the connection, where no op began that
// before: it sent its Close, or said that it is closed. A keepalive gives up so.
func (h *History) endedUnasked() int64 {
	at := h.Closed
	if i := slices.IndexFunc(h.Frames, func(s SentFrame) bool { return s.Frame.Opcode == frame.Close }); i >= 0 && (at == 0 || h.Frames[i].At < at) {
		at = h.Frames[i].At
	}
	if at > h.Finish || h.endBegan(at) {
		return 0
	}
	return at
}

// sendsPings reports whether the subject sends Pings by itself.
func (h *History) sendsPings() bool { return h.Trace.Config.Interval > 0 || h.info.OwnPings }

// nextSettle is the last moment before the next settle after at.
func (h *History) nextSettle(at int64) int64 {
	for _, s := range h.Settles {
		if s > at {
			return s - 1
		}
	}
	return h.Over
}

// lastSettle is the last settle before at, or 0.
func (h *History) lastSettle(at int64) int64 {
	last := int64(0)
	for _, s := range h.Settles {
		if s < at {
			last = s
		}
	}
	return last
}

// explainPings looks which Pings on the wire no call explains. It says why they cannot be those of
// the calls and of a keepalive, if so. Their order proves nothing then.
func (b *pointMaker) explainPings() (unsound string) {
	left := map[string]int{} // Pings that no call with that payload explains
	acked := map[string]int{}
	for _, data := range b.facts.pingsOnWire {
		left[data]++
		acked[data]--
	}
	chosen, early := 0, 0 // calls whose payload the subject chose; acknowledgements for which no Ping was seen
	if len(b.facts.pingsOnWire) > maxTable {
		return "too many Pings were seen"
	}
	for i := range b.facts.calls {
		c := &b.facts.calls[i]
		e := b.endOf(c.N)
		switch {
		case e != nil && e.How == model.Refused:
			continue
		case c.Chosen:
			chosen++
		default:
			left[c.Data]--
		}
		if e != nil && e.How == model.Acked && c.Chosen {
			early++
		} else if e != nil && e.How == model.Acked {
			acked[c.Data]++
		}
	}
	for data, n := range left {
		b.facts.uncalled[data] = n > 0 && b.sendsPings()
		chosen -= max(n, 0)
		early -= max(n, 0)
	}
	for _, n := range acked {
		early = max(early, 0) + max(n, 0)
	}
	switch {
	case chosen < 0 && !b.sendsPings():
		return "Pings were seen that no call explains"
	case early > 0:
		return "a waiter was acknowledged whose Ping was not seen"
	}
	return ""
}
