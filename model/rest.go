package model

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// Grace is the virtual time that a subject has at most for what it still owes: at a settle
// before absence is proved, and after the end of a trace for its calls to return. A subject
// may write, close or notice an error by a timer.
const Grace = time.Minute

// Grace returns [Grace], or less if the keepalive is so quick that it is no single advance.
func (c *Config) Grace() time.Duration { return min(Grace, c.MaxAdvance()) }

// Rests returns how long after a settle to look again, as long as something is missing. The
// last is [Config.Grace].
func (c *Config) Rests() [5]time.Duration {
	rests := [...]time.Duration{time.Millisecond, 100 * time.Millisecond, time.Second, 10 * time.Second, Grace}
	for i := range rests {
		rests[i] = min(rests[i], c.Grace())
	}
	return rests
}

// restSubject lets time go on after a settle as long as something is missing, for
// [Config.Grace] at most. What s shows meanwhile joins the outcome of the settle. By a real clock there is no
// grace: then absence is inferred.
func (c *Checker) restSubject(s Subject) {
	if c.NoRest || !c.info.CanRest() {
		return
	}
	for _, until := range c.state.cfg.Rests() {
		if !c.state.lacksAnything(&c.seen) || until == c.seen.Rested {
			return
		}
		c.restEvent = Event{Kind: Advance, Time: until - c.seen.Rested}
		c.restSeen.Reset()
		s.Step(&c.restEvent, &c.restSeen)
		if c.restSeen.Unsupported {
			return
		}
		c.seen.Rested = until
		c.seen.addRest(&c.restSeen, c.state.now+until)
	}
}

// CanRest reports whether a subject's time can go on after a settle, as virtual time does.
func (i *Info) CanRest() bool { return !i.Real && i.Can.Has(Advance) }

// addRest adds to the outcome of a settle what was seen while time went on until now.
func (o *Outcome) addRest(more *Outcome, now time.Duration) {
	stamp := func(at *time.Duration) {
		if *at == 0 {
			*at = now
		}
	}
	for _, f := range more.Frames {
		stamp(&f.At)
		o.Frames = append(o.Frames, f)
	}
	for _, r := range more.Resolutions {
		stamp(&r.At)
		o.Resolutions = append(o.Resolutions, r)
	}
	for _, m := range more.Messages {
		stamp(&m.At)
		o.Messages = append(o.Messages, m)
	}
	if more.Closed && !o.Closed {
		o.Closed, o.ClosedAt = true, more.ClosedAt
		stamp(&o.ClosedAt)
	}
	if more.WroteEOF && !o.WroteEOF {
		o.WroteEOF, o.EOFAt = true, more.EOFAt
		stamp(&o.EOFAt)
	}
	if more.Timed {
		o.Timed, o.Latency = true, more.Latency
	}
	if o.Err == NoError {
		o.Err, o.ErrName = more.Err, more.ErrName
	}
	if o.Crash.Class == "" {
		o.Crash = more.Crash
	}
	if !o.Told.Said {
		o.Told = more.Told
	}
	o.Part += more.Part
	o.Hang = o.Hang || more.Hang
}

// lacksAnything reports whether judgeSettle may find something missing after a settle that
// showed seen. It may say so too often, which costs a rest, but not too seldom: a subject
// that is late by a timer would fail. So whatever judgeSettle learns to miss belongs here;
// TestNothingIsMissedWithoutRest compares the two.
func (s *State) lacksAnything(seen *Outcome) bool {
	if s.simpleNow && !seen.Closed || seen.Crash.Class != "" || seen.Hang || seen.Unsupported {
		return false
	}
	e := &s.env
	ends := seen.endsConnection()
	if e.conn.phase == closed || seen.Closed || e.conn.broken || e.conn.dropped && !e.conn.blocked {
		if s.tracker.lacksEnd(e, seen) {
			return true
		}
	}
	if len(e.record.heldBack) > 0 || !ends && s.in.lacksEnd(e) {
		return true
	}
	if s.ending.lacks(e, &s.out, seen) {
		return true
	}
	if e.conn.phase != open || e.conn.dropped || e.conn.blocked || ends || e.mayBeClosing() {
		return false
	}
	return s.responder.lacksAnswer(e, seen) || s.responder.lacksHanded(e, seen) || s.in.lacksDelivery(e, seen) || s.out.messages.lacksSend(e, seen) || s.tracker.lacksDue(e, seen)
}

// endsConnection reports whether o shows that the subject ended the connection.
func (o *Outcome) endsConnection() bool {
	return o.Closed || o.WroteEOF || slices.ContainsFunc(o.Frames, func(f Frame) bool { return f.Opcode == frame.Close })
}

// lacksEnd reports whether the peer's bytes call for an end that did not come, or allow one
// that may come.
func (in *inbound) lacksEnd(e *env) bool {
	if e.hasEnded() || e.conn.blocked {
		return false
	}
	return e.conn.failing != noRule && !e.conn.dropped || e.conn.mayRefuse && !e.conn.unparseable && in.decoder.Pending() == 0 && !in.state.InMessage || in.decoder.Partial().Length>>63 != 0
}

// lacksDelivery reports whether a message of the peer's has not reached the application.
func (in *inbound) lacksDelivery(e *env, seen *Outcome) bool {
	return len(in.expected) > len(seen.Messages) && !in.contentUnknown && e.info.Sees&SeesMessages != 0
}

// lacksSend reports whether a message of the application's has not left.
func (m *messages) lacksSend(e *env, seen *Outcome) bool {
	if len(m.unsent) == 0 || m.opaque || e.info.Sees&SeesFrames == 0 {
		return false
	}
	whole := 0
	for i := range seen.Frames {
		if f := &seen.Frames[i]; !f.Opcode.Control() && !f.NoFin {
			whole++
		}
	}
	return len(m.unsent) > whole
}

// lacksAnswer reports whether a Pong is owed that seen does not show.
func (r *responder) lacksAnswer(e *env, seen *Outcome) bool {
	n := len(r.owed)
	return n > 0 && e.info.Sees&SeesFrames != 0 && !seen.hasFrame(frame.Pong, r.owed[n-1])
}

// lacksHanded reports whether a Pong of the application's has not left.
func (r *responder) lacksHanded(e *env, seen *Outcome) bool {
	if len(r.handed) == 0 {
		return false
	}
	left := slices.Clone(seen.Frames)
	for _, h := range r.handed {
		i := slices.IndexFunc(left, func(f Frame) bool { return f.Opcode == frame.Pong && f.Data == h.data })
		if i >= 0 {
			left = slices.Delete(left, i, i+1)
		} else if !h.mayMiss && e.info.Sees&SeesFrames != 0 {
			return true
		}
	}
	return false
}

// lacksEnd reports whether a waiter of a closed connection has no end.
func (t *tracker) lacksEnd(e *env, seen *Outcome) bool {
	if e.info.Sees&SeesWaiters == 0 || e.profile.Leaves {
		return false
	}
	return slices.ContainsFunc(t.table, func(i int32) bool {
		p := &t.pings[i]
		return p.status == waiting && !p.keepalive && !seen.endsWaiter(p)
	})
}

// lacksDue reports whether a ping owes what seen does not show.
func (t *tracker) lacksDue(e *env, seen *Outcome) bool {
	for i := 0; t.owing > 0 && i < len(t.pings); i++ {
		p := &t.pings[i]
		switch {
		case p.due == 0 || seen.endsWaiter(p):
		case p.due&^dueSend != 0:
			return true
		case !p.known || !seen.hasFrame(frame.Ping, p.data):
			return true
		}
	}
	return false
}

// hasFrame reports whether o shows a frame with this payload.
func (o *Outcome) hasFrame(op frame.Opcode, data string) bool {
	return slices.ContainsFunc(o.Frames, func(f Frame) bool { return f.Opcode == op && f.Data == data })
}

// endsWaiter reports whether o shows the end of p's waiter, or that its call was refused.
func (o *Outcome) endsWaiter(p *ping) bool {
	return slices.ContainsFunc(o.Resolutions, func(r Resolution) bool { return r.N == int(p.number) && r.Keep == p.keepalive })
}

// noteMissing remembers that something was missing at the settle at hand: what judgeSettle
// found there, from finding n on. What is documented as left out is not missing.
func (s *State) noteMissing(n int, seen *Outcome) {
	r := &s.record
	if missing := slices.ContainsFunc(r.findings[n:], func(f Finding) bool { return f.Rule != waiterLeft }); missing && seen.Rested == 0 {
		r.missedAt = append(r.missedAt, s.op)
	}
}

// JudgeDriven judges a transcript that impl.Run gave. Nobody can let time go on in the middle
// of such a trace. So where something is missing at a settle, the trace runs once more, with
// an advance of [Config.Grace] after that settle: what that shows joins the settle's outcome. The
// error comes from the driver, or is a [*MismatchError].
func (c *Checker) JudgeDriven(ctx context.Context, impl *Implementation, t *Transcript) (*Report, error) {
	r, err := c.Judge(t)
	var rests []int // the steps that rest, in order
	for err == nil && len(c.state.record.missedAt) > 0 && c.info.CanRest() {
		for _, op := range c.state.record.missedAt {
			rests = append(rests, int(op)-1)
		}
		slices.Sort(rests)
		t, err = runRested(ctx, impl, t.Trace(), rests)
		if t == nil || err != nil {
			return r, err
		}
		r, err = c.Judge(t)
	}
	return r, err
}

// runRested runs t with an advance of [Config.Grace] after each of some settles, and returns the
// transcript in which these settles rested; nil if the subject cannot let time go on.
func runRested(ctx context.Context, impl *Implementation, t *Trace, rests []int) (*Transcript, error) {
	longer := t.Clone()
	for i := len(rests) - 1; i >= 0; i-- {
		longer.Ops = slices.Insert(longer.Ops, rests[i]+1, Op{Kind: Advance, Time: t.Config.Grace()})
	}
	for tr, err := range impl.Run(ctx, slices.Values([]*Trace{longer})) {
		if err != nil {
			return nil, err
		}
		return foldRests(tr, rests), nil
	}
	return nil, fmt.Errorf("run %s once more: it gave no transcript", impl.Name)
}

// foldRests joins the advance after each of some settles to that settle.
func foldRests(t *Transcript, rests []int) *Transcript {
	now := time.Duration(0)
	for i := 0; i < len(t.Steps); i++ {
		if t.Steps[i].Op.Kind == Advance {
			now += t.Steps[i].Op.Time
		}
		if len(rests) == 0 || i != rests[0] || i+1 == len(t.Steps) {
			continue
		}
		rests = rests[1:]
		rest := &t.Steps[i+1].Outcome
		if rest.Unsupported {
			return nil
		}
		now += t.Config.Grace()
		t.Steps[i].Outcome.Rested = t.Config.Grace()
		t.Steps[i].Outcome.addRest(rest, now)
		t.Steps = slices.Delete(t.Steps, i+1, i+2)
	}
	return t
}
