package props

import (
	"time"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
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
	reached uint64
	deepest int
	acks    int // pongs that acknowledged a ping
	owed    int
	now     time.Duration
	message bool
	blocked bool
	ended   bool

	wire      frame.Decoder // of raw bytes
	fragments int           // of the message under way
	text      bool          // and it is text
	joined    *model.Op     // the op before, if this one arrives in one read with it
}

func (f *follower) markReached(s Situation) { f.reached |= 1 << s }

// reachIf reaches s if it is so.
func (f *follower) reachIf(is bool, s Situation) {
	if is {
		f.markReached(s)
	}
}

// followOp follows an op; joins says that it arrives in one read with the next.
func (f *follower) followOp(o *model.Op, joins bool) {
	f.reachIf(f.joined != nil, JoinedFrames)
	f.reachIf(o.Kind == model.PeerClose && (f.joined != nil || joins), JoinedEnd)
	f.followKind(o)
	if f.joined = nil; joins {
		f.joined = o
	}
}

func (f *follower) followKind(o *model.Op) {
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
	case model.Raw:
		f.followRaw([]byte(o.Data.Lit))
	case model.Msg:
		f.reachIf(len(o.Data.Lit) > 65535, BigMessage)
	case model.RecvPing:
		f.reachIf(isMiddling(o.Data.Lit), MiddlingPing)
		f.reachIf(f.message, InsideMessage)
		f.owed++
		f.reachIf(f.owed >= 3, ThreeOwed)
	case model.Frag, model.Cont:
		f.followFragment(o)
	case model.Block, model.Resume:
		f.blocked = o.Kind == model.Block
	case model.Settle:
		f.owed = 0
	case model.Advance:
		f.now += o.Time
		f.reachIf(f.config.Interval == 0 && o.Time >= time.Minute, LongPause)
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
	f.reachIf(isMiddling(data), MiddlingPing)
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
	f.reachIf(depth >= 40, FortyPending)
	f.reachIf(depth >= 100, HundredPending)
}

// isMiddling reports whether a payload is neither short nor about as long as it may be.
func isMiddling(data string) bool { return len(data) >= 12 && len(data) <= 123 }

// followFragment follows a fragment of a message.
func (f *follower) followFragment(o *model.Op) {
	if o.Kind == model.Frag {
		f.fragments, f.text = 0, o.Text
	}
	f.fragments++
	f.message = !o.Fin
	f.reachIf(f.fragments == 12, DozenFragments)
	r, size := utf8.DecodeLastRuneInString(o.Data.Lit)
	f.reachIf(f.text && f.message && r == utf8.RuneError && size == 1, SplitCharacter)
}

// followRaw follows raw bytes of the peer.
func (f *follower) followRaw(b []byte) {
	for len(b) > 0 {
		c, n := f.wire.Next(b)
		b = b[n:]
		if c != nil {
			f.followFrame(c)
		}
	}
	if f.wire.Pending() >= 2 {
		f.followHeader(f.wire.Partial().Header)
	}
}

// followFrame follows a frame that came as raw bytes.
func (f *follower) followFrame(c *frame.Frame) {
	f.followHeader(c.Header)
	if c.Opcode == frame.Close && len(c.Payload) > 2 {
		f.markReached(ReasonedClose)
		f.reachIf(!utf8.Valid(c.Payload[2:]), FarFromUTF8)
	}
}

func (f *follower) followHeader(h frame.Header) {
	bent := frame.Judge(h, frame.State{Role: f.config.Role, InMessage: h.Opcode == frame.Continuation})
	f.reachIf(bent != 0 && h.Opcode <= frame.Binary, BentData)
	f.reachIf(bent != 0 && h.Opcode == frame.Pong, BentPong)
	f.reachIf(bent&frame.UnknownOpcode != 0, ReservedOpcode)
}

func (f *follower) followPong(p model.Payload) {
	if p.Keep {
		f.reachIf(f.config.Interval > 0, KeepalivePong)
		f.reachIf(f.config.Interval == 0, UnaskedPong)
		return
	}
	f.reachIf(p.Form == model.Flipped && p.N >= 32, FarFlip)
	k, again := f.matchPing(p)
	if k < 0 {
		f.reachIf(again && f.joined != nil && f.joined.Kind == model.Pong && f.joined.Data == p, JoinedEchoes)
		f.reachIf(again, AcknowledgedAgain)
		f.reachIf(!again, Unsolicited)
		f.reachIf(!again && p.Form > model.Echo && p.Ref <= len(f.pings), AlmostMatched)
		return
	}
	f.acks++
	f.reachIf(f.acks == 100, HundredAnswered)
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
