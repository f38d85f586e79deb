package metamorphic

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// view says what of a run is compared: what became visible from one settle to the
// next, since an outcome may appear after any op that allows it and is due at the
// next settle. Their order is no part of it, as several threads may write; nor are
// stamps, names of errors, the end of our direction, and errors of calls that have
// no waiter.
type view struct {
	pongs  bool                // the Pongs that were sent, too
	steps  int                 // of the first so many steps; 0: of all of them, and of the end
	rename func(string) string // payloads of Pings and Pongs that were sent; nil: as they are
}

// tick is coarser than a subject tells times, and finer than traces tell them. A clock
// in floating point is less exact the longer it runs.
const tick = 10 * time.Microsecond

// viewOf returns what v shows of a run, as text.
func (v view) viewOf(t *model.Transcript) string {
	var b strings.Builder
	var seen model.Outcome
	settles, n := 0, len(t.Steps)
	if v.steps > 0 {
		n = min(n, v.steps)
	}
	for i := range t.Steps[:n] {
		v.addOutcome(&seen, &t.Steps[i].Outcome)
		if t.Steps[i].Op.Kind == model.Settle {
			settles++
			writeSeen(&b, fmt.Sprintf("until settle %d", settles), &seen)
		}
	}
	if v.steps == 0 {
		v.addOutcome(&seen, &t.End)
	}
	writeSeen(&b, "until the end", &seen)
	return b.String()
}

func writeSeen(b *strings.Builder, title string, seen *model.Outcome) {
	if seen.Empty() {
		return
	}
	slices.SortStableFunc(seen.Frames, func(x, y model.Frame) int {
		return cmp.Or(cmp.Compare(x.Opcode, y.Opcode), strings.Compare(x.Data, y.Data))
	})
	slices.SortStableFunc(seen.Resolutions, func(x, y model.Resolution) int {
		return cmp.Or(cmp.Compare(x.N, y.N), cmp.Compare(x.How, y.How))
	})
	b.WriteString(title + ":\n")
	b.Write(seen.AppendText(nil))
	seen.Reset()
}

// addOutcome adds what v shows of out to seen.
func (v view) addOutcome(seen, out *model.Outcome) {
	for _, f := range out.Frames {
		if f.Opcode == frame.Pong && !v.pongs {
			continue
		}
		if v.rename != nil && (f.Opcode == frame.Ping || f.Opcode == frame.Pong) {
			f.Data = v.rename(f.Data)
		}
		f.At = 0
		seen.Frames = append(seen.Frames, f)
	}
	for _, m := range out.Messages {
		m.At = 0
		seen.Messages = append(seen.Messages, m)
	}
	for _, r := range out.Resolutions {
		r.At, r.Name, r.Latency = 0, "", r.Latency.Round(tick)
		r.Err = sameErr(r.Err)
		seen.Resolutions = append(seen.Resolutions, r)
	}
	if out.Timed {
		seen.Timed, seen.Latency = true, out.Latency.Round(tick)
	}
	seen.Closed = seen.Closed || out.Closed
	if out.Crash.Class != "" {
		seen.Crash = model.Crash{Where: out.Crash.Where, Class: out.Crash.Class}
	}
}

// sameErr is the kind of an error, but which of those of the end it is, is often a
// race of two threads.
func sameErr(e model.ErrKind) model.ErrKind {
	switch e {
	case model.NoError, model.ErrDuplicate, model.ErrTooLong:
		return e
	}
	return model.ErrOther
}

// compareRuns asks for two runs that are the same in a view.
func compareRuns(v view) func([]*model.Transcript) (want, got string, ok bool) {
	return compareViews(v, v)
}

// compareViews is compare with a view of its own for each of them.
func compareViews(v, w view) func([]*model.Transcript) (want, got string, ok bool) {
	return func(runs []*model.Transcript) (string, string, bool) {
		if !onlyAskedFor(runs[0]) || !onlyAskedFor(runs[1]) || !choseAlike(runs[0], runs[1]) {
			return "", "", false
		}
		return v.viewOf(runs[0]), w.viewOf(runs[1]), true
	}
}

// unlessTimed is ask with no answer where the subject ended the connection while time
// passed, in any run. It has timers of its own then, and what they count from may be
// the beginning, or the last byte that came.
func unlessTimed(ask func([]*model.Transcript) (string, string, bool)) func([]*model.Transcript) (want, got string, ok bool) {
	return func(runs []*model.Transcript) (string, string, bool) {
		for _, r := range runs {
			for i := range r.Steps {
				if s := &r.Steps[i]; (s.Op.Kind == model.Advance || s.Outcome.Rested > 0) && endedBy(&s.Outcome) {
					return "", "", false
				}
			}
		}
		return ask(runs)
	}
}

// onlyAskedFor reports whether a run consists of what was asked for: every op could
// be done, and no Ping was sent that no op asked for. Such a Ping may be that of
// a timer of the subject's own. A run that hung tells nothing, either.
func onlyAskedFor(t *model.Transcript) bool {
	sent := payloadsOf(t)
	for i := range t.Steps {
		out := &t.Steps[i].Outcome
		if out.Unsupported || out.Hang {
			return false
		}
		for j := range out.Frames {
			if f := &out.Frames[j]; f.Opcode == frame.Ping && countEqual(sent, f.Data) == 0 {
				return false
			}
		}
	}
	return !t.End.Hang && (t.Ended || failedItself(t))
}

// failedItself reports whether the subject crashed or hung. In the first run of an
// experiment that is a finding by itself, and nothing to compare with.
func failedItself(t *model.Transcript) bool {
	for i := range t.Steps {
		if hasCrashed(&t.Steps[i].Outcome) {
			return true
		}
	}
	return hasCrashed(&t.End)
}

// endedBy reports whether the subject showed that it ends the connection.
func endedBy(o *model.Outcome) bool {
	for i := range o.Frames {
		if o.Frames[i].Opcode == frame.Close {
			return true
		}
	}
	return o.Closed || o.WroteEOF || hasCrashed(o)
}

func hasCrashed(o *model.Outcome) bool { return o.Crash.Class != "" || o.Hang }

// payload is that of a ping op.
type payload struct {
	data   string
	known  bool
	chosen bool // by the subject
}

// payloadsOf are those of the ping ops of a run. What the subject chose is known if
// its Ping left in the step of the call.
func payloadsOf(t *model.Transcript) []payload {
	var all []payload
	for i := range t.Steps {
		s := &t.Steps[i]
		if s.Op.Kind != model.Ping {
			continue
		}
		p := payload{data: bytesOf(s), known: true}
		if s.Op.Data.Form == model.Chosen {
			p = payload{chosen: true}
			for j := range s.Outcome.Frames {
				if f := &s.Outcome.Frames[j]; f.Opcode == frame.Ping {
					p.data, p.known = f.Data, true
				}
			}
		}
		all = append(all, p)
	}
	return all
}

// countEqual is how many of the payloads may be data.
func countEqual(all []payload, data string) int {
	n := 0
	for _, p := range all {
		if !p.known || p.data == data {
			n++
		}
	}
	return n
}

// bytesOf is the payload of a step's op, if the subject did not choose it.
func bytesOf(s *model.Step) string {
	if s.Related {
		return s.Became
	}
	return s.Op.Data.Lit
}

// choseAlike reports whether the subject chose the same payloads in both runs, as
// far as it chose any: what is random may be equal to something by chance.
func choseAlike(a, b *model.Transcript) bool {
	x, y := payloadsOf(a), payloadsOf(b)
	for i := range min(len(x), len(y)) {
		if x[i].chosen && (!x[i].known || x[i] != y[i]) {
			return false
		}
	}
	return true
}
