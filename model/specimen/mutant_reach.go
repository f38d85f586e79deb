package specimen

import (
	"errors"
	"time"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// reachMutants are wrong where random traces seldom come: behind long payloads, full tables,
// long pauses, and frames that arrive in one read. They are made up.
func reachMutants() []Mutant {
	return []Mutant{
		{Name: "reach/second-pong-in-read", Of: "specimen/exact",
			Change: "an answered waiter leaves the table only when the read is over, and ends twice", new: as[secondPongInRead]},
		{Name: "reach/ping-behind-pong", Of: "specimen/exact",
			Change: "a Ping that comes in one read with the Pong of a waiter is not answered", new: as[pingBehindPong]},
		{Name: "reach/ping-before-close", Of: "specimen/exact",
			Change: "a Close that comes in one read with a Ping meets an answer that is under way", new: as[pingBeforeClose]},
		{Name: "reach/middling-ping", Of: "specimen/responder",
			Change: "the answer to a Ping of 32 to 123 bytes loses its last byte", new: as[middlingPing]},
		{Name: "reach/reason-decoded", Of: "specimen/responder",
			Change: "the reason of a Close is decoded without a look whether it is UTF-8", new: as[reasonDecoded]},
		{Name: "reach/tail-ignored", Of: "specimen/exact",
			Change: "payloads are compared by their first eight bytes", new: as[tailIgnored]},
		{Name: "reach/length-in-16-bits", Of: "specimen/exact",
			Change: "the length of a message is kept in 16 bits", new: as[lengthIn16Bits]},
		{Name: "reach/ten-fragments", Of: "specimen/exact",
			Change: "of a message in more than ten fragments the others are lost", new: as[tenFragments]},
		{Name: "reach/split-character", Of: "specimen/exact",
			Change: "each fragment of a text must be UTF-8 by itself", new: as[splitCharacter]},
		{Name: "reach/forgotten-later", Of: "specimen/exact",
			Change: "a ping that waits for more than ten minutes is forgotten", new: as[forgottenLater]},
		{Name: "reach/eighty-entries", Of: "specimen/exact",
			Change: "a Pong is looked for among the eighty oldest pings", new: as[eightyEntries]},
		{Name: "reach/forty-entries", Of: "specimen/up-to",
			Change: "the table has room for forty pings, and the oldest goes", new: as[fortyEntries]},
	}
}

type secondPongInRead struct {
	exact
	ended []string // payloads of the waiters that ended in this read
}

func (x *secondPongInRead) readBytes(s side, b []byte) {
	x.ended = x.ended[:0]
	x.exact.readBytes(s, b)
}

func (x *secondPongInRead) handlePong(data string) {
	for _, d := range x.ended {
		if d == data {
			panic(errors.New("close of closed channel"))
		}
	}
	if x.findPending(data) >= 0 {
		x.ended = append(x.ended, data)
	}
	x.exact.handlePong(data)
}

type pingBehindPong struct {
	exact
	woken bool // a waiter ended in this read
}

func (x *pingBehindPong) readBytes(s side, b []byte) {
	x.woken = false
	x.exact.readBytes(s, b)
}

func (x *pingBehindPong) handlePong(data string) {
	x.woken = x.woken || x.findPending(data) >= 0
	x.exact.handlePong(data)
}

func (x *pingBehindPong) answerPing(data string) {
	if !x.woken {
		x.exact.answerPing(data)
	}
}

type pingBeforeClose struct {
	exact
	pinged bool // a Ping came in this read
}

func (x *pingBeforeClose) readBytes(s side, b []byte) {
	x.pinged = false
	x.exact.readBytes(s, b)
}

func (x *pingBeforeClose) answerPing(data string) {
	x.pinged = true
	x.exact.answerPing(data)
}

func (x *pingBeforeClose) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := x.exact.nextFrame(b)
	if f != nil && f.Opcode == frame.Close && x.pinged {
		panic(errors.New("write after end"))
	}
	return f, bad, n
}

type middlingPing struct{ responder }

func (p *middlingPing) answerPing(data string) {
	if n := len(data); n >= 32 && n <= 123 {
		data = data[:n-1]
	}
	p.responder.answerPing(data)
}

type reasonDecoded struct{ responder }

func (p *reasonDecoded) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if bad == (violation{}) && f != nil && f.Opcode == frame.Close && len(f.Payload) > 2 && !utf8.Valid(f.Payload[2:]) {
		panic(errors.New("UnicodeDecodeError"))
	}
	return f, bad, n
}

type tailIgnored struct{ exact }

func (x *tailIgnored) handlePong(data string) {
	for i := range x.entries {
		if e := x.entries[i].data; len(e) == len(data) && len(e) > 8 && e[:8] == data[:8] {
			x.acknowledge(x.removeEntry(i))
			return
		}
	}
	x.exact.handlePong(data)
}

type lengthIn16Bits struct{ exact }

func (x *lengthIn16Bits) assembleMessage(f *frame.Frame, data string) violation {
	if len(x.message)+len(data) >= 1<<16 {
		panic(errors.New("slice bounds out of range"))
	}
	return x.exact.assembleMessage(f, data)
}

type tenFragments struct {
	exact
	fragments int
}

func (x *tenFragments) assembleMessage(f *frame.Frame, data string) violation {
	if f.Opcode != frame.Continuation {
		x.fragments = 0
	}
	if x.fragments++; x.fragments > 10 {
		data = ""
	}
	return x.exact.assembleMessage(f, data)
}

type splitCharacter struct{ exact }

func (x *splitCharacter) assembleMessage(f *frame.Frame, data string) violation {
	text := x.text && f.Opcode == frame.Continuation || f.Opcode == frame.Text
	if bad := checkText(data); text && bad != (violation{}) {
		return bad
	}
	return x.exact.assembleMessage(f, data)
}

type forgottenLater struct{ exact }

func (x *forgottenLater) handlePong(data string) {
	if i := x.findPending(data); i < 0 || x.now-x.entries[i].sent <= 10*time.Minute {
		x.exact.handlePong(data)
	}
}

type eightyEntries struct{ exact }

func (x *eightyEntries) handlePong(data string) {
	if x.findPending(data) < 80 {
		x.exact.handlePong(data)
	}
}

type fortyEntries struct{ upTo }

func (u *fortyEntries) callPing(id pingID, ev *model.Event) {
	if u.upTo.callPing(id, ev); len(u.entries) > 40 {
		u.entries = append(u.entries[:0], u.entries[1:]...)
	}
}
