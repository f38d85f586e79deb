package props

import (
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// waiting says how a ping of the trace stands.
type waiting uint8

const (
	isPending waiting = iota
	isAnswered
	isCancelled
)

// follower keeps the books of a trace for [Stats].
type follower struct {
	config  model.Config
	sent    sent.Pings
	pings   []waiting
	reached uint32
	deepest int
	owed    int
	now     time.Duration
	message bool
	blocked bool
	ended   bool
}

func (f *follower) markReached(s Situation) { f.reached |= 1 << s }

// reachIf reaches s if it is so.
func (f *follower) reachIf(is bool, s Situation) {
	if is {
		f.markReached(s)
	}
}

func (f *follower) followOp(o *model.Op) {
	switch o.Kind {
	case model.Ping:
		f.followPing(o.Data)
	case model.Cancel:
		if k := f.sent.Target(o.N); k > 0 && !o.Keep && f.pings[k-1] == isPending {
			f.pings[k-1] = isCancelled
		}
	case model.Pong:
		f.reachIf(f.message, InsideMessage)
		f.reachIf(f.blocked, PongBlocked)
		f.reachIf(f.ended, PongAfterEnd)
		f.followPong(o.Data)
	case model.RecvPing:
		f.reachIf(f.message, InsideMessage)
		f.owed++
		f.reachIf(f.owed >= 3, ThreeOwed)
	case model.Frag, model.Cont:
		f.message = !o.Fin
	case model.Block, model.Resume:
		f.blocked = o.Kind == model.Block
	case model.Settle:
		f.owed = 0
	case model.Advance:
		f.now += o.Time
		f.reachIf(f.config.Interval > 0 && f.now >= f.config.Interval && !f.ended, KeepaliveDue)
	case model.Close, model.PeerClose, model.Drop, model.EOF:
		f.ended = true
	}
}

func (f *follower) followPing(p model.Payload) {
	f.sent.Add(p)
	n := len(f.sent.Data) - 1
	data, known := f.sent.Data[n], f.sent.Known[n]
	f.reachIf(known && data == "", EmptyPing)
	f.reachIf(len(data) == 125, LongestPing)
	f.reachIf(len(data) > 125, TooLongPing)
	f.reachIf(f.blocked, PingBlocked)
	depth := 1
	for i, s := range f.pings {
		if s == isPending {
			depth++
			f.reachIf(known && f.sent.Known[i] && f.sent.Data[i] == data, EqualPending)
		}
	}
	f.pings = append(f.pings, isPending)
	f.deepest = max(f.deepest, depth)
	f.reachIf(depth >= 3, ThreePending)
	f.reachIf(depth >= 10, TenPending)
}

func (f *follower) followPong(p model.Payload) {
	if p.Keep {
		f.markReached(KeepalivePong)
		return
	}
	k, again := f.matchPing(p)
	if k < 0 {
		f.reachIf(again, AcknowledgedAgain)
		f.reachIf(!again, Unsolicited)
		f.reachIf(!again && p.Form > model.Echo && p.Ref <= len(f.pings), AlmostMatched)
		return
	}
	acked, cancels := 0, 0
	for i := range k + 1 {
		switch f.pings[i] {
		case isPending:
			acked++
		case isCancelled:
			acked++
			cancels++
		}
		f.pings[i] = isAnswered
	}
	f.reachIf(cancels > 0, CancelledMet)
	f.reachIf(cancels > 0 && acked >= 3, CancelledAmong)
}

// matchPing finds the newest ping that p answers, and whether it answers one that
// was answered before.
func (f *follower) matchPing(p model.Payload) (k int, again bool) {
	data, known := f.sent.Resolve(p)
	for i := len(f.pings) - 1; i >= 0; i-- {
		same := p.Form == model.Echo && p.Ref == i+1 || known && f.sent.Known[i] && f.sent.Data[i] == data
		if same && f.pings[i] != isAnswered {
			return i, false
		}
		again = again || same
	}
	return -1, again
}
