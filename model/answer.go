package model

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
)

// ponger keeps the Pongs that an end owes: one list of the Pings it received
// whole, in order. A Pong strikes the newest owed Ping with its payload and every
// older one (RFC 6455 section 5.5.3: it may answer only the most recent). This is
// the most generous reading: any subset of answers that contains the newest is
// right, in any order.
type ponger struct {
	owed     []string
	came     int            // Pings that were owed an answer, so far
	optional []optionalPing // received while answering was optional
	excused  []string       // struck without an answer of their own, or received while that was optional
	forgot   bool           // more was excused than is remembered: a Pong that answers nothing known is no news
	suspects []suspect
	heard    [maxHeard]string // the last Pings received, the oldest at heard[pings%maxHeard]
	pings    int              // received so far: a Pong with the data of one that was heard mangles nothing
}

// suspect is a Pong that looks like the mangling of an owed Ping.
type suspect struct {
	ping, pong string
	how        mangling
	sure       bool // coincidence is below 2^-20
	op         int32
}

// optionalPing is a Ping that need not be answered. Its answer excuses older ones
// all the same.
type optionalPing struct {
	data  string
	after int // so many owed Pings came before it
}

// maxExcused bounds the memory for excused Pings and suspects, maxOwed that for
// Pings that wait for their answer.
const (
	maxExcused = 64
	maxHeard   = 64
	maxOwed    = 1024
)

func (p *ponger) reset() {
	p.owed, p.excused, p.optional, p.suspects = p.owed[:0], p.excused[:0], p.optional[:0], p.suspects[:0]
	p.came, p.pings, p.forgot = 0, 0, false
}

// hear remembers that a Ping was received.
func (p *ponger) hear(data string) {
	p.heard[p.pings%maxHeard] = data
	p.pings++
}

// simple reports whether nothing is outstanding, and no memory runs over.
func (p *ponger) simple() bool {
	return len(p.owed) == 0 && len(p.suspects) == 0 && len(p.optional) == 0 && len(p.excused) < maxExcused
}

func (p *ponger) excuse(data string) {
	p.forgot = p.forgot || len(p.excused) == maxExcused
	p.excused = remember(p.excused, data)
}

// remember appends to a list of the last maxExcused.
func remember(list []string, data string) []string {
	if len(list) == maxExcused {
		list = append(list[:0], list[1:]...)
	}
	return append(list, data)
}

func (p *ponger) excuseAll() {
	for _, d := range p.owed {
		p.excuse(d)
	}
	p.owed = p.owed[:0]
}

// excuseFirst excuses the n oldest Pings that are owed; n may be negative.
func (p *ponger) excuseFirst(n int) {
	if n <= 0 {
		return
	}
	for _, d := range p.owed[:n] {
		p.excuse(d)
	}
	p.owed = append(p.owed[:0], p.owed[n:]...)
}

// strike takes a Pong for an answer; it reports whether it is one.
func (p *ponger) strike(data string) bool {
	owed := len(p.owed) - 1
	for owed >= 0 && p.owed[owed] != data {
		owed--
	}
	for i := len(p.optional) - 1; i >= 0; i-- {
		older := p.optional[i].after - (p.came - len(p.owed))
		if p.optional[i].data == data && older > owed {
			p.excuseFirst(older)
			p.optional = append(p.optional[:i], p.optional[i+1:]...)
			return true
		}
	}
	if owed >= 0 {
		p.excuseFirst(owed)
		p.owed = append(p.owed[:0], p.owed[1:]...)
		return true
	}
	for i := len(p.excused) - 1; i >= 0; i-- {
		if p.excused[i] == data {
			p.excused = append(p.excused[:i], p.excused[i+1:]...)
			return true
		}
	}
	return false
}

// suspect looks for an owed or excused Ping that data may be a mangled echo of.
func (p *ponger) suspect(data string, op int32) bool {
	if data == "" || len(p.suspects) == maxExcused || slices.Contains(p.heard[:min(p.pings, maxHeard)], data) {
		return false
	}
	for _, list := range [...][]string{p.owed, p.excused} {
		for i := len(list) - 1; i >= 0; i-- {
			how, certain := mangled(list[i], data)
			if how == notMangled {
				continue
			}
			certain -= bits.Len(uint(len(p.owed) + len(p.excused)))
			p.suspects = append(p.suspects, suspect{list[i], data, how, certain >= 20, op})
			return true
		}
	}
	return false
}

// convincing is the first suspect that is beyond coincidence: by itself, or
// because the same mangling came three times.
func (p *ponger) convincing() *suspect {
	var times [manglings]int
	for i := range p.suspects {
		x := &p.suspects[i]
		if times[x.how]++; x.sure || times[x.how] == 3 {
			return x
		}
	}
	return nil
}

// mangling is a way in which sloppy peers change what they echo.
type mangling uint8

const (
	notMangled mangling = iota
	cutAtNUL
	cutShort
	trimmed
	lengthened
	replaced
	bitFlipped
	manglings
)

var manglingWords = [manglings]string{
	"", "cut at its first NUL", "cut short", "stripped of white space", "with bytes added",
	"with its invalid UTF-8 replaced", "with one bit flipped",
}

// mangled says how pong looks like ping mangled, and how many bits of it agree:
// a coincidence has the probability 2^-bits.
func mangled(ping, pong string) (mangling, int) {
	switch {
	case ping == pong || pong == "" || ping == "":
		return notMangled, 0
	case len(pong) < len(ping) && ping[:len(pong)] == pong:
		if ping[len(pong)] == 0 {
			return cutAtNUL, 8 * len(pong)
		}
		return cutShort, 8 * len(pong)
	case len(pong) < len(ping) && strings.TrimSpace(ping) == pong:
		return trimmed, 8 * len(pong)
	case len(pong) <= len(ping)+2 && strings.HasPrefix(pong, ping):
		return lengthened, 8 * len(ping)
	case strings.ToValidUTF8(ping, "\uFFFD") == pong || string(bytes.ToValidUTF8([]byte(ping), []byte("?"))) == pong:
		return replaced, 8 * len(ping)
	case len(ping) == len(pong) && oneBit(ping, pong):
		return bitFlipped, 8*len(ping) - bits.Len(uint(8*len(ping)))
	}
	return notMangled, 0
}

func oneBit(a, b string) bool {
	n := 0
	for i := range len(a) {
		n += bits.OnesCount8(a[i] ^ b[i])
	}
	return n == 1
}

// receivedPing takes over a Ping of the peer's.
func (s *State) receivedPing(data string) {
	s.ponger.hear(data)
	if s.out.closed || s.ends.asked || s.in.soft || s.profile.Silent || len(data) > frame.MaxControl {
		if p := &s.ponger; len(p.optional) < maxExcused {
			p.optional = append(p.optional, optionalPing{data, p.came}) // answering is right, not answering too
		} else {
			p.excuse(data)
		}
		return
	}
	s.record.reached |= setOf(pongOwed, pongEcho)
	if len(s.ponger.owed) == maxOwed {
		s.ponger.excuseFirst(1)
	}
	s.ponger.owed = append(s.ponger.owed, data)
	s.ponger.came++
}

// overtaken is called when the peer's Close came: from here on nothing is owed.
// What was owed and could not be proved in time is worth a word.
func (s *State) overtaken() {
	if n := len(s.ponger.owed); n > 0 && !s.ends.blocked {
		s.record.late = append(s.record.late, lateFinding{pongOvertaken, s.ponger.owed[n-1]})
	}
	s.ponger.excuseAll()
}

// judgePong judges a Pong that the subject sent.
func (s *State) judgePong(f *Frame) {
	p := &s.ponger
	data := f.Data
	s.record.reached |= setOf(pongUnsolicited)
	s.record.answered(data)
	if p.strike(data) || p.forgot || s.profile.Silent {
		return
	}
	in := &s.in
	for _, late := range in.latePings {
		if late != data {
			continue
		}
		if s.out.closed && in.failAt <= s.out.closedAt && s.out.closedAt < s.op { // its Close answered the bad frame
			s.note(recvAfterFail, FAILED, 0, ruleTable[in.failing].ID, data)
		} else {
			s.note(in.failing, FAILED, 0, "the Ping with or after it was answered", data)
		}
		return
	}
	if in.wasCut && in.cut == data && data != "" {
		s.infer(pongPartial, FAILED, "", data)
		return
	}
	if in.soft || s.ends.phase != open {
		return
	}
	if p.suspect(data, s.op) {
		return
	}
	verdict := NonStrict
	if data == "" {
		verdict = Informational // a heartbeat (5.5.3), never evidence
	}
	s.note(pongUnsolicited, verdict, 0, "", data)
}
