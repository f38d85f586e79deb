package specimen

import (
	"fmt"
	"strconv"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Varied returns a specimen that makes the choices which RFC 6455 leaves to an endpoint by a
// seed: when and which Pings it answers, in which order, what it sends unasked, which waiters a
// Pong acknowledges, what it refuses, with which code it closes, how long it waits, how often
// its keepalive pings. All of them are legal, so nothing that it does is FAILED under the
// profile rfc. The same seed makes the same choices in each trace.
func Varied(seed uint64) model.Implementation {
	d := dice(seed)
	info := simpleInfo()
	info.Keeps = true
	if d.roll(8) == 0 {
		info.Sees &^= model.SeesWaiters
	}
	if d.roll(8) == 0 {
		info.Sees &^= model.SeesErrors
	}
	delays := [...]time.Duration{0, 0, 0, 0, 0, 0, 100 * time.Microsecond, time.Second}
	delay := delays[d.roll(len(delays))]
	if delay > 0 { // the delay stands for the stall, and hides which of two equal pings has left
		info.Can &^= model.KindsOf(model.Block, model.Resume)
		info.Keeps = false
	}
	return model.Implementation{Name: "specimen/varied", Version: fmt.Sprint(seed), Profile: "rfc", Info: info, New: func() model.Subject {
		if delay > 0 {
			return &late{of: running{&varied{seed: seed, distinct: true}}, delay: delay}
		}
		return running{&varied{seed: seed}}
	}}
}

// dice are the random numbers of a specimen: SplitMix64.
type dice uint64

// roll returns a number from 0 to n-1.
func (d *dice) roll(n int) int {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return int((z ^ z>>31) % uint64(n))
}

func (d *dice) flip() bool { return d.roll(2) == 0 }

// varied is an exact tracker with other choices. See [Varied].
type varied struct {
	exact
	seed     uint64
	distinct bool // no two pings have the same payload
	dice     dice
	choices
	owed      []string      // Pings that wait for an answer
	interval  time.Duration // of the keepalive; 0: none
	timeout   time.Duration
	keeps     int32         // how many pings the keepalive sent
	pinged    time.Duration // when it sent the last one
	heard     time.Duration // when the peer last sent something
	peerEnded bool          // the peer's Close came
}

// choices are those that stay the same for a connection.
type choices struct {
	answers       answering
	matches       matching
	equals        int  // of several equal pings that one Pong may acknowledge: oldest, newest, all
	keepsGone     bool // a cancelled ping keeps its place in the table
	queuesEqual   bool // a payload that is pending is sent again, not refused
	pingsClosing  bool // ping sends while the connection closes
	ignoresEnd    bool // Pongs acknowledge nothing while the connection closes
	silentAtEnd   bool // Pings are not answered while the connection closes
	heartbeats    bool // Pongs are sent unasked
	constant      bool // those have one payload
	repeats       bool // an answer may be sent twice
	picky         bool // a length in more bytes than needed is refused
	lenient       bool // bad control frames, whose sender broke the rule, are dropped in silence
	limits        bool // the connection is closed for a policy or a limit, now and then
	waits         bool // a client waits for the server to end the connection
	fragments     bool // messages are sent in two frames
	closes        int  // how a Close is answered: with its payload, with 1000, with none
	fails         int  // how a connection is failed: with which code, or by its end alone
	keepalive     int  // how often the keepalive pings, and what
	deliversAfter bool // data after the peer's Close are delivered
}

// answering says which Pings are answered.
type answering int

const (
	answersAtOnce    answering = iota
	answersNewest              // the newest of those that wait
	answersSome                // any, with the newest among them
	answersReversed            // all, the newest first
	answeringChoices = iota
)

// matching says which waiters a Pong acknowledges.
type matching int

const (
	matchesExact matching = iota
	matchesUpTo
	matchesLatest
	matchesAny
	matchingChoices = iota
)

func (v *varied) openConnection(cfg *model.Config) {
	v.exact.openConnection(cfg)
	v.dice = dice(v.seed)
	d := &v.dice
	v.choices = choices{
		answers: answering(d.roll(answeringChoices)), matches: matching(d.roll(matchingChoices)), equals: d.roll(3),
		keepsGone: d.flip(), queuesEqual: d.flip(), pingsClosing: d.flip(), ignoresEnd: d.flip(), silentAtEnd: d.flip(),
		heartbeats: d.flip(), constant: d.flip(), repeats: d.flip(), picky: d.flip(), lenient: d.flip(), limits: d.roll(4) == 0,
		waits: d.flip(), fragments: d.flip(), closes: d.roll(3), fails: d.roll(4), keepalive: d.roll(6), deliversAfter: d.flip(),
	}
	if v.distinct { // a Pong acknowledges no ping that has not left
		v.matches, v.keepsGone, v.queuesEqual, v.keepalive = matchesExact, true, false, 5
	}
	v.waits = v.waits && cfg.Role == frame.Client
	v.owed = v.owed[:0]
	v.interval, v.timeout = cfg.Interval, cfg.Timeout
	v.keeps, v.pinged, v.heard, v.peerEnded = 0, 0, 0, false
	switch v.keepalive {
	case 0:
		v.interval = 0
	case 1:
		v.interval *= 2
	case 2:
		v.timeout = 0
	}
}

func (v *varied) step(s side, ev *model.Event, out *model.Outcome) {
	v.out = out
	switch {
	case ev.Kind == model.Ping && v.phase == isClosing && v.pingsClosing && len(ev.Data) <= frame.MaxControl:
		v.callPing(pingID{n: int32(ev.N)}, ev)
		return
	case ev.Kind == model.MsgSend && v.fragments && v.phase == isOpen && !v.blocked:
		v.sendFragments(ev)
		return
	}
	v.exact.step(s, ev, out)
}

// sendFragments sends a message in two frames, with an answer between them.
func (v *varied) sendFragments(ev *model.Event) {
	op := frame.Binary
	if ev.Text {
		op = frame.Text
	}
	before, middle := len(v.out.Frames), len(ev.Data)/2
	v.writeFrame(op, ev.Data[:middle])
	if len(v.out.Frames) > before {
		v.out.Frames[before].NoFin = true
	}
	v.flushAnswers()
	v.writeFrame(frame.Continuation, ev.Data[middle:])
}

func (v *varied) callPing(id pingID, ev *model.Event) {
	data := ev.Data
	if ev.Chosen {
		data = v.choosePayload()
	} else if v.findPending(data) >= 0 && !v.queuesEqual {
		v.refuseCall(id, model.ErrDuplicate, "")
		return
	}
	v.sendPing(id, data)
}

func (v *varied) cancelWaiter(id pingID) {
	for i := range v.entries {
		if e := &v.entries[i]; e.id == id && !e.gone {
			v.showResolution(id, model.Cancelled)
			if e.gone = true; !v.keepsGone {
				v.removeEntry(i)
			}
			return
		}
	}
}

func (v *varied) handlePong(data string) {
	if v.phase != isOpen && v.ignoresEnd {
		return
	}
	last := len(v.entries) - 1
	switch v.matches {
	case matchesAny:
		v.acknowledgeFrom(0, last)
	case matchesLatest:
		if last >= 0 && v.entries[last].data == data {
			v.acknowledgeFrom(last, last)
		}
	case matchesUpTo:
		if at := v.findEqual(data); at >= 0 {
			v.acknowledgeFrom(0, at)
		}
	default:
		v.acknowledgeEqual(data)
	}
}

// findEqual returns the place of a payload in the table: the oldest, or the newest.
func (v *varied) findEqual(data string) int {
	at := v.findPending(data)
	for i := range v.entries {
		if v.equals > 0 && v.entries[i].data == data {
			at = i
		}
	}
	return at
}

// acknowledgeEqual acknowledges the ping with a payload, or all of them.
func (v *varied) acknowledgeEqual(data string) {
	for at := v.findEqual(data); at >= 0; at = v.findEqual(data) {
		v.acknowledgeFrom(at, at)
		if v.equals < 2 {
			return
		}
	}
}

// acknowledgeFrom takes the entries from one place to another out of the table.
func (v *varied) acknowledgeFrom(from, to int) {
	for ; to >= from; to-- {
		if e := v.removeEntry(from); !e.gone {
			v.acknowledge(e)
		}
	}
}

func (v *varied) endWaiters() {
	for _, e := range v.entries {
		if !e.gone {
			v.showResolution(e.id, model.Failed).Err = model.ErrClosed
		}
	}
	v.entries, v.owed = v.entries[:0], v.owed[:0]
}

func (v *varied) answerPing(data string) {
	if v.phase != isOpen && v.silentAtEnd {
		return
	}
	v.owed = append(v.owed, data)
	if v.answers == answersAtOnce {
		v.flushAnswers()
	}
}

func (v *varied) flushAnswers() {
	owed := v.owed
	v.owed = v.owed[:0]
	for i := len(owed) - 1; i >= 0; i-- {
		at := len(owed) - 1 - i // the oldest first
		if v.answers == answersReversed || v.answers == answersSome && v.equals == 0 {
			at = i
		}
		newest := at == len(owed)-1
		if newest || v.answers == answersReversed || v.answers == answersSome && v.dice.flip() || v.answers == answersAtOnce {
			v.answerOne(owed[at])
		}
	}
	if len(owed) > 0 && v.heartbeats && v.dice.roll(4) == 0 {
		v.beat()
	}
}

// answerOne answers a Ping, once or twice.
func (v *varied) answerOne(data string) {
	v.writeFrame(frame.Pong, data)
	if v.repeats && v.dice.roll(8) == 0 {
		v.writeFrame(frame.Pong, data)
	}
}

// beat sends a Pong unasked. RFC 6455 section 5.5.3: "A Pong frame MAY be sent unsolicited."
func (v *varied) beat() {
	data := ""
	if !v.constant {
		for n := v.dice.roll(12); n > 0; n-- {
			data += string(rune('A' + v.dice.roll(26)))
		}
	}
	v.writeFrame(frame.Pong, data)
}

func (v *varied) readBytes(s side, b []byte) {
	v.heard = v.now
	for len(b) > 0 && !v.leaving {
		f, bad, n := v.nextFrame(b)
		b = b[n:]
		switch {
		case bad != (violation{}):
			v.failConnection(s, bad)
		case f != nil:
			v.receiveFrame(s, f)
		}
	}
}

// nextFrame reads a frame, or passes over one that it need not take.
func (v *varied) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := v.exact.nextFrame(b)
	if f == nil {
		return f, bad, n
	}
	broken := frame.Judge(f.Header, v.state)
	switch {
	case bad != (violation{}) && v.lenient && f.Opcode.Control() && broken&^(frame.LongControl|frame.FragmentedControl|frame.LongLengthForm) == 0:
		return nil, violation{}, n
	case bad == (violation{}) && v.picky && broken&frame.LongLengthForm != 0:
		return nil, violation{frame.ProtocolError, "length in more bytes than needed"}, n
	}
	return f, bad, n
}

// receiveFrame handles a frame, and may find that it is one too many.
func (v *varied) receiveFrame(s side, f *frame.Frame) {
	if f.Opcode == frame.Close && !v.peerEnded {
		v.receiveClose(s, v.copyBytes(f.Payload))
		return
	}
	if v.peerEnded && (f.Opcode.Control() || !v.deliversAfter) {
		return
	}
	if bad := v.handleFrame(s, f); bad != (violation{}) {
		v.failConnection(s, bad)
		return
	}
	if v.limits && v.phase == isOpen && v.dice.roll(32) == 0 {
		s.flushAnswers()
		v.callClose(int(limitCodes[v.dice.roll(len(limitCodes))]))
	}
}

// limitCodes are the codes with which an endpoint may close for a policy or a limit.
var limitCodes = [...]frame.CloseCode{1000, 1001, 1003, 1008, 1009, 1012, 1013, 1014, 3000, 4000, 4999}

// receiveClose answers the peer's Close. RFC 6455 section 7.1.1: a server closes the
// connection at once, and a client should wait for the server.
func (v *varied) receiveClose(s side, data string) {
	code, bad := parseClose(data)
	if bad != (violation{}) {
		v.failConnection(s, bad)
		return
	}
	v.cameCode = code
	s.flushAnswers()
	if v.phase == isOpen {
		switch v.closes {
		case 1:
			data = v.closePayload(frame.NormalClosure, "")
		case 2:
			data = ""
		}
		v.writeFrame(frame.Close, data)
	}
	v.phase, v.peerEnded = isClosing, true
	if v.waits {
		v.deadline = v.now + patience
		return
	}
	v.link.endSending()
	v.link.closeTransport()
}

// failConnection fails the connection. RFC 6455 section 7.1.7: a Close with a fitting code
// should be sent, and need not be.
func (v *varied) failConnection(s side, bad violation) {
	if v.repeats {
		s.flushAnswers()
	}
	switch {
	case v.phase != isOpen || v.fails == 3:
	case v.fails == 2 && bad.code == frame.ProtocolError:
		v.writeFrame(frame.Close, v.closePayload(frame.PolicyViolation, bad.reason))
	case v.fails == 1:
		v.writeFrame(frame.Close, v.closePayload(bad.code, ""))
	default:
		v.writeFrame(frame.Close, v.closePayload(bad.code, bad.reason))
	}
	v.owed = v.owed[:0]
	v.link.endSending()
	v.link.closeTransport()
	v.phase = isClosing
}

// keepaliveTimer returns when the keepalive pings, or gives up.
func (v *varied) keepaliveTimer() (at time.Duration, givesUp bool) {
	at = v.pinged + v.interval
	if end := max(v.pinged, v.heard) + v.timeout; v.keeps > 0 && v.timeout > 0 && v.heard < v.pinged && end <= at {
		return end, true
	}
	return at, false
}

func (v *varied) nextTimer() (time.Duration, bool) {
	if v.phase != isOpen || v.interval == 0 {
		return v.exact.nextTimer()
	}
	at, _ := v.keepaliveTimer()
	return at, true
}

func (v *varied) fireTimer(s side) {
	if v.phase != isOpen || v.interval == 0 {
		v.exact.fireTimer(s)
		return
	}
	if _, givesUp := v.keepaliveTimer(); givesUp {
		v.failConnection(s, violation{frame.InternalError, "keepalive ping timeout"})
		return
	}
	data := ""
	switch v.keepalive {
	case 3:
	case 4:
		data = "fixed"
	default:
		data = v.copyBytes(strconv.AppendInt([]byte("keepalive "), int64(v.keeps), 10))
	}
	v.keeps++
	v.sendPing(pingID{v.keeps, true}, data)
	v.pinged = v.now
}
