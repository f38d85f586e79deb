package driver

import (
	"bytes"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// Limits of an answer, beside text.MaxLine: what a driver can make this side
const (
	maxLines = 1 << 18
	maxBytes = 16 << 20
)

// answer is what a driver says to one request. It is read line by line and compared with what was
// sent.
type answer struct {
	sent   *request          // what is answered
	t      *model.Transcript // what the answer says so far
	echoed int               // lines of the request that were echoed so far
	done   bool              // "done" came
	lines  int               // lines so far
	bytes  int               // bytes so far
}

func newAnswer(r *request, g *greeting) *answer {
	t := &model.Transcript{Profile: r.trace.Profile, Subject: g.Name, Version: g.Version, Sees: g.Info.Sees, Config: r.trace.Config}
	t.Steps = make([]model.Step, 0, len(r.trace.Ops))
	return &answer{sent: r, t: t}
}

// addLine takes the next line, without its end. The error says why the line is no answer.
func (a *answer) addLine(line []byte) error {
	a.lines++
	a.bytes += len(line)
	if a.lines > maxLines || a.bytes > maxBytes {
		return notAnAnswer("the answer to one trace has more than %d lines or %d bytes", maxLines, maxBytes)
	}
	word := bytes.TrimLeft(line, " \t")
	switch {
	case len(word) == 0 || word[0] == '#':
		return nil
	case len(word) < len(line):
		return a.addOutcome(line)
	}
	return a.addHeading(bytes.TrimRight(line, " \t"))
}

// addHeading takes a line that is not indented: the echo of a line that was sent, or "done".
func (a *answer) addHeading(line []byte) error {
	if bytes.HasPrefix(line, []byte("error ")) {
		return notAnAnswer("it refused what was sent: %.200q", line)
	}
	if a.echoed == len(a.sent.ends) {
		if want := "done " + a.sent.id; string(line) != want {
			return notAnAnswer("it printed %.200q; want %q", line, want)
		}
		a.done = true
		return nil
	}
	want := a.sent.lineAt(a.echoed)
	if a.echoed == 0 { // the settings need not be repeated
		want = append([]byte("trace "), a.sent.id...)
	}
	if !bytes.Equal(line, bytes.TrimSuffix(want, []byte("\n"))) {
		return notAnAnswer("it printed %.200q; want %.200q, which was sent", line, bytes.TrimSpace(want))
	}
	a.echoed++
	switch a.echoed {
	case 1:
	case len(a.sent.ends):
		a.t.Ended = true
	default:
		a.beginStep()
	}
	return nil
}

// beginStep begins the next step of the transcript.
func (a *answer) beginStep() {
	a.t.Steps = append(a.t.Steps, model.Step{Op: a.sent.trace.Ops[len(a.t.Steps)]})
}

func (a *answer) addOutcome(line []byte) error {
	text := string(line)
	if a.t.Ended {
		return a.parseOutcome(text, &model.Step{}, &a.t.End)
	}
	if len(a.t.Steps) == 0 {
		return notAnAnswer("it printed the outcome %.200q before the echo of an op", line)
	}
	s := &a.t.Steps[len(a.t.Steps)-1]
	return a.parseOutcome(text, s, &s.Outcome)
}

func (a *answer) parseOutcome(line string, s *model.Step, o *model.Outcome) error {
	became, related, err := text.ParseOutcome(line, o)
	if err != nil {
		return notAnAnswer("it printed the outcome %.200q: %v", line, err)
	}
	if related {
		s.Became, s.Related = became, true
	}
	return nil
}

// reportedHang reports whether the driver itself said "! hang" at the last op.
func (a *answer) reportedHang() bool {
	if a.t.Ended {
		return a.t.End.Hang
	}
	n := len(a.t.Steps)
	return n > 0 && a.t.Steps[n-1].Outcome.Hang
}

// breakOff returns the outcome at which a driver stopped answering: that of the first op without
// an echo. If every op has one, it is the end, and the transcript counts as ended so that the
// outcome counts.
func (a *answer) breakOff() *model.Outcome {
	if len(a.t.Steps) < len(a.sent.trace.Ops) {
		a.beginStep()
		return &a.t.Steps[len(a.t.Steps)-1].Outcome
	}
	a.t.Ended = true
	return &a.t.End
}
