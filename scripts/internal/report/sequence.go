package report

import (
	"fmt"
	"html/template"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/model"
)

// Of a long conversation a sequence shows this many ops: from the beginning, and before
// and after the one that matters. Of each op it shows this many outcomes.
const (
	sequenceFirst    = 4
	sequenceBefore   = 16
	sequenceAfter    = 8
	sequenceOutcomes = 16
)

// The layout of a sequence, in units of its own; sequence.html has the rest. Text is
// monospaced.
const (
	seqTop   = 30
	seqRow   = 22
	seqLabel = 43 // characters between the lanes
	seqNote  = 45 // characters of a call, or of what came of it
	rawBytes = 12 // of the label, for a raw op; the rest says what its bytes are
)

// seqKind is the kind of a row.
type seqKind string

const (
	toPeer    seqKind = "to-peer"    // an arrow
	toSubject seqKind = "to-subject" // the other way
	called    seqKind = "called"     // the application does something
	passed    seqKind = "passed"     // time passes, or ops are left out
	came      seqKind = "came"       // an outcome
	broke     seqKind = "broke"      // a crash
)

// seqLine is a row of a sequence.
type seqLine struct {
	Kind  seqKind
	Time  string
	Op    int    // its number, in the first row of an op
	Text  string // cut to what fits
	Whole string // the same in full, if it was cut
	Hit   bool   // it belongs to the op that matters
	Y     int
}

// sequence is a conversation to be drawn.
type sequence struct {
	Title, About string
	Height, Foot int
	Lines        []seqLine
	clock        time.Duration
	shown        time.Duration // the time that was written last; -1: none
}

// Sequence draws a transcript as SVG: the subject's lane at the left, with the calls of
// its application and what came of them, the peer's at the right, and each frame as an
// arrow with its bytes. op is the op that matters, 0 for none; it is marked. Of a long
// conversation the beginning is drawn, and what is around that op.
func Sequence(t *model.Transcript, op int) (template.HTML, error) {
	var b strings.Builder
	err := pages.ExecuteTemplate(&b, "sequence", newSequence(t, op))
	return template.HTML(b.String()), err
}

func newSequence(t *model.Transcript, op int) *sequence {
	q := &sequence{shown: -1}
	q.Title = "Conversation of " + oneLine(nameAt(t.Subject, t.Version)) + " with its peer"
	q.About = fmt.Sprintf("%d ops; the subject is the %s.", len(t.Steps), t.Config.Role)
	hidden, raw := 0, t.RawFrames()
	for i := range t.Steps {
		s := &t.Steps[i]
		if n := i + 1; n <= sequenceFirst || n >= op-sequenceBefore && n <= op+sequenceAfter {
			q.drawGap(hidden)
			hidden = 0
			q.drawStep(s, n, n == op, raw[i])
		} else {
			hidden++
		}
		if s.Op.Kind == model.Advance {
			q.clock += s.Op.Time
		}
		q.clock += s.Outcome.Rested
	}
	q.drawGap(hidden)
	if t.Ended {
		q.addLine(seqLine{Kind: passed, Text: "end", Hit: op > len(t.Steps)})
		q.drawOutcome(&t.End, op > len(t.Steps))
	}
	q.Foot = seqTop + seqRow*len(q.Lines) + 4
	q.Height = q.Foot + 4
	return q
}

func (q *sequence) drawGap(hidden int) {
	if hidden > 0 {
		q.addLine(seqLine{Kind: passed, Text: fmt.Sprintf("%d more ops", hidden)})
	}
}

// drawStep draws an op and its outcome. raw says in words what raw bytes are.
func (q *sequence) drawStep(s *model.Step, n int, hit bool, raw string) {
	l := seqLine{Kind: called, Op: n, Text: s.Op.String(), Hit: hit}
	switch s.Op.Kind {
	case model.Advance, model.Settle:
		l.Kind = passed
	case model.Pong, model.RecvPing, model.PeerClose, model.EOF, model.Raw, model.Msg, model.Frag, model.Cont:
		l.Kind = toSubject
		if s.Related {
			p := model.Bytes(s.Became)
			l.Text = fmt.Sprintf("%s %s", s.Op.Kind, p)
			l.Whole = s.Op.String()
		}
		if raw != "" {
			l.Whole = fmt.Sprintf("%s (%s)", l.Text, raw)
			words := elide(raw, seqLabel-rawBytes-3)
			l.Text = fmt.Sprintf("%s (%s)", elide(l.Text, seqLabel-3-utf8.RuneCountInString(words)), words)
		}
	case model.Drop:
		l.Kind, l.Text = passed, "the connection breaks"
	}
	q.stampTime(&l, q.clock)
	q.addLine(l)
	q.drawOutcome(&s.Outcome, hit)
}

// drawOutcome draws an outcome: frames as arrows, the rest in words.
func (q *sequence) drawOutcome(o *model.Outcome, hit bool) {
	left := sequenceOutcomes
	for i := range o.Frames {
		if left--; left < 0 {
			break
		}
		f := o.Frames[i]
		l := seqLine{Kind: toPeer, Hit: hit}
		if f.At > 0 {
			q.stampTime(&l, f.At)
		}
		f.At = 0
		l.Text = f.String()
		q.addLine(l)
	}
	rest := *o
	rest.Frames = nil
	words := strings.Split(strings.TrimRight(rest.String(), "\n"), "\n")
	for _, word := range words {
		word = strings.TrimSpace(word)
		if word == "" || strings.HasPrefix(word, "< ") {
			continue
		}
		if left--; left < 0 {
			continue
		}
		q.drawWord(word, hit)
	}
	if left < 0 {
		q.addLine(seqLine{Kind: passed, Text: fmt.Sprintf("%d more outcomes", -left), Hit: hit})
	}
}

// drawWord draws a line of an outcome that is no frame.
func (q *sequence) drawWord(word string, hit bool) {
	l := seqLine{Kind: came, Text: word, Hit: hit}
	switch {
	case strings.HasPrefix(word, "> "):
		l.Kind, l.Text = toPeer, word[2:]
	case strings.HasPrefix(word, "! "):
		l.Kind = broke
	}
	if i := strings.LastIndex(l.Text, " @"); i > 0 {
		if when, err := time.ParseDuration(l.Text[i+2:]); err == nil {
			q.stampTime(&l, when)
			l.Text = l.Text[:i]
		}
	}
	q.addLine(l)
}

// stampTime writes a time if it differs from the last one.
func (q *sequence) stampTime(l *seqLine, when time.Duration) {
	if when != q.shown {
		q.shown, l.Time = when, shortTime(when)
	}
}

// shortTime writes a duration in few characters.
func shortTime(d time.Duration) string {
	switch {
	case d >= time.Minute:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(10 * time.Millisecond)
	case d >= time.Millisecond:
		d = d.Round(10 * time.Microsecond)
	}
	return elide(d.String(), 7)
}

// addLine adds a row, and cuts its text to what fits.
func (q *sequence) addLine(l seqLine) {
	fits := seqLabel
	if l.Kind == called || l.Kind == came || l.Kind == broke {
		fits = seqNote
	}
	whole := oneLine(l.Text)
	l.Text = elide(whole, fits)
	if l.Text != whole {
		l.Whole = whole
	}
	l.Whole = oneLine(l.Whole)
	l.Y = seqTop + seqRow*len(q.Lines)
	q.Lines = append(q.Lines, l)
}

// Label returns the text of the row after the op's number.
func (l *seqLine) Label() string {
	if l.Op > 0 {
		return fmt.Sprintf("%d  %s", l.Op, l.Text)
	}
	return l.Text
}

// Width returns the width of the box around the label.
func (l *seqLine) Width() int { return 10 + 67*utf8.RuneCountInString(l.Label())/10 }
