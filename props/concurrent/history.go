// Package concurrent runs the ops of a trace from many goroutines at once and judges
// what they showed.
//
// [Run] records a [History], and [History.Judge] looks for an order of its steps that one
// tracker could have taken: the history is linearizable then. [porcupine] searches.
//
// [porcupine]: https://github.com/anishathalye/porcupine
package concurrent

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// History is what one run of a trace from many goroutines showed. Its stamps come
// from one counter, so that they are all different: what has the lower stamp came
// first for an observer outside the subject.
type History struct {
	Trace *model.Trace // the ops between two settles were done at once
	Free  bool         // in the order that the machine liked

	Acts     []Act           // in the order of the ops
	Settles  []int64         // when nothing was left to do
	Rested   []time.Duration // for each settle: how long time went on before it, as something was missing
	Frames   []SentFrame     // in the order of the wire
	Ends     []EndedWaiter   // of waiters, and of calls that were refused
	KeepEnds []EndedWaiter   // of waiters of the keepalive
	Crash    model.Crash
	Hang     bool
	Left     bool          // a goroutine was left behind
	stuck    *model.Hang   // about the goroutines that hang or are left; or nil
	Closed   int64         // when the subject showed that the connection is closed; 0: never
	ClosedAt time.Duration // the same, since Open
	Finish   int64         // when the connection was dropped at the end
	Over     int64         // after everything else

	info model.Info // of the subject
}

// Act is an op as it was done: in a goroutine of its own, within an interval. What a
// Pong or a close does may show until the next settle. An advance is done by nobody: its
// interval is that in which time went on to its last instant.
type Act struct {
	Op           int // its place in the trace, from 1; it names the goroutine
	Event        model.Event
	Call, Return int64
	At           time.Duration // when it was begun, since Open
}

// SentFrame is a frame of the subject's.
type SentFrame struct {
	At    int64
	Frame model.Frame
}

// EndedWaiter is the end of a waiter.
type EndedWaiter struct {
	At int64
	model.Resolution
}

// String lists the ops with their intervals, and what showed with its stamp, in the
// order in which things began.
func (h *History) String() string {
	type line struct {
		at   int64
		text string
	}
	var lines []line
	add := func(at int64, format string, args ...any) {
		lines = append(lines, line{at, fmt.Sprintf(format, args...)})
	}
	for i := range h.Acts {
		a := &h.Acts[i]
		interval := fmt.Sprintf("%d-%d", a.Call, a.Return)
		if a.Event.Kind == model.Advance {
			add(a.Call, "%8s  %s", interval, h.describeAct(a))
			continue
		}
		add(a.Call, "%8s  goroutine %d: %s", interval, a.Op, h.describeAct(a))
	}
	for _, f := range h.Frames {
		add(f.At, "%8d    %s", f.At, outcomeLine(model.Outcome{Frames: []model.Frame{f.Frame}}))
	}
	for _, e := range slices.Concat(h.Ends, h.KeepEnds) {
		add(e.At, "%8d    %s", e.At, outcomeLine(model.Outcome{Resolutions: []model.Resolution{e.Resolution}}))
	}
	for i, at := range h.Settles {
		rested := ""
		if h.Rested[i] > 0 {
			rested = fmt.Sprintf(", after %v without what is missing", h.Rested[i])
		}
		add(at, "%8d  settle%s", at, rested)
	}
	if h.Closed > 0 {
		add(h.Closed, "%8d    closed", h.Closed)
	}
	if h.Finish > 0 {
		add(h.Finish, "%8d  drop", h.Finish)
	}
	slices.SortFunc(lines, func(a, b line) int { return cmp.Compare(a.at, b.at) })
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.text + "\n")
	}
	if h.Crash.Class != "" || h.Hang || h.Left {
		end := model.Outcome{Head: model.Head{Hang: h.Hang}, Crash: h.Crash}
		place, _ := h.Stuck()
		if h.Hang {
			end.Stuck = place
		} else if h.Left {
			end.Leak = place
		}
		fmt.Fprintf(&b, "%8s    %s\n", "", outcomeLine(end))
	}
	return b.String()
}

// describeAct is the op of a, with what it meant.
func (h *History) describeAct(a *Act) string {
	op := h.Trace.Ops[a.Op-1]
	text := op.String()
	switch {
	case a.Event.Kind == model.Ping:
		text += fmt.Sprintf(" (%d)", a.Event.N)
	case op.Data.Relation():
		text += ", which is " + (&model.Op{Kind: op.Kind, Data: model.Bytes(a.Event.Data)}).String()
	}
	return text
}

// outcomeLine is an outcome of one line, in the text form.
func outcomeLine(o model.Outcome) string { return strings.TrimSpace(o.String()) }

// Stuck returns the place and the stacks of the goroutines that hang or are left, if any.
func (h *History) Stuck() (place, stacks string) {
	if h.stuck == nil {
		return "", ""
	}
	h.stuck.Look()
	return h.stuck.Place, h.stuck.Stacks
}
