package specimen

import (
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// late is a specimen that shows everything by a timer: a library that collects writes before
// it flushes them, or that notices a lost connection only after a while. The calls of other
// ops than ping fail at once.
type late struct {
	of    model.Subject
	delay time.Duration
	loses bool // a mutant: a Pong that is to be written while the timer is armed is lost

	now   time.Duration
	step  model.Outcome
	queue model.Outcome // what is not shown yet, each stamped with the time when it will be
}

func newLate(delay time.Duration) *late { return &late{of: as[exact](), delay: delay} }

// Step makes it a model.Subject.
func (l *late) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		*l = late{of: l.of, delay: l.delay, loses: l.loses, step: l.step, queue: l.queue}
		l.queue.Reset()
	}
	l.step.Reset()
	l.of.Step(ev, &l.step)
	if l.loses && len(l.queue.Frames) > 0 {
		l.step.Frames = slices.DeleteFunc(l.step.Frames, func(f model.Frame) bool { return f.Opcode == frame.Pong })
	}
	l.delayOutcome()
	out.Unsupported, out.Err, out.ErrName = l.step.Unsupported, l.step.Err, l.step.ErrName
	if ev.Kind == model.Advance {
		l.now += ev.Time
	}
	l.showDue(ev.Kind == model.End, out)
}

// delayOutcome queues what the last step showed. Only while time passes it has stamps.
func (l *late) delayOutcome() {
	due := func(at time.Duration) time.Duration {
		if at == 0 {
			at = l.now
		}
		return at + l.delay
	}
	q := &l.queue
	for _, f := range l.step.Frames {
		f.At = due(f.At)
		q.Frames = append(q.Frames, f)
	}
	for _, r := range l.step.Resolutions {
		r.At = due(r.At)
		q.Resolutions = append(q.Resolutions, r)
	}
	for _, m := range l.step.Messages {
		m.At = due(m.At)
		q.Messages = append(q.Messages, m)
	}
	if l.step.Closed {
		q.Closed, q.ClosedAt = true, due(l.step.ClosedAt)
	}
	if l.step.WroteEOF {
		q.WroteEOF, q.EOFAt = true, due(l.step.EOFAt)
	}
}

// showDue shows what is due by now, or everything.
func (l *late) showDue(everything bool, out *model.Outcome) {
	q := &l.queue
	shown := func(at time.Duration) bool { return everything || at <= l.now }
	n := 0
	for ; n < len(q.Frames) && shown(q.Frames[n].At); n++ {
		out.Frames = append(out.Frames, q.Frames[n])
	}
	q.Frames = append(q.Frames[:0], q.Frames[n:]...)
	for n = 0; n < len(q.Resolutions) && shown(q.Resolutions[n].At); n++ {
		out.Resolutions = append(out.Resolutions, q.Resolutions[n])
	}
	q.Resolutions = append(q.Resolutions[:0], q.Resolutions[n:]...)
	for n = 0; n < len(q.Messages) && shown(q.Messages[n].At); n++ {
		out.Messages = append(out.Messages, q.Messages[n])
	}
	q.Messages = append(q.Messages[:0], q.Messages[n:]...)
	if q.Closed && shown(q.ClosedAt) {
		out.Closed, out.ClosedAt = true, q.ClosedAt
		q.Closed, q.ClosedAt = false, 0
	}
	if q.WroteEOF && shown(q.EOFAt) {
		out.WroteEOF, out.EOFAt = true, q.EOFAt
		q.WroteEOF, q.EOFAt = false, 0
	}
}
