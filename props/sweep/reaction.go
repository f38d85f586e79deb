package sweep

import (
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// The words for what a subject does with a frame.
const (
	readsOn   = "-"
	waits     = "wait"
	ended     = "end"
	wasOver   = "over"
	answered  = "pong"
	oddPong   = "pong?"
	delivered = "msg"
	crashed   = "crash"
	hung      = "hang"
	otherwise = "sent"
)

// Word is a word for a reaction, and its meaning.
type Word struct{ Word, Means string }

// Legend says what the words for reactions mean.
func Legend() []Word {
	return []Word{
		{readsOn, "read on, and showed nothing: it answered the Ping that came next"},
		{answered, "answered with a Pong that has the frame's payload; " + oddPong + ": with another payload"},
		{delivered, "gave the application a message"},
		{"1002", "closed the connection with this code; close: without a code"},
		{ended, "ended the connection without a Close"},
		{waits, "waits for more, or reads no more: it did not answer the Ping that came next"},
		{wasOver, "had ended the connection before the frame came"},
		{otherwise, "sent something else"},
		{crashed, "an exception escaped; " + hung + ": it did not come to rest"},
		{"*", "what it did is FAILED by a rule"},
	}
}

// reactionOf puts into words what a subject did with a frame, by the transcript of its
// trace.
func reactionOf(f *Frame, t *model.Transcript) string {
	var r reaction
	at := 0
	for t.Steps[at].Op.Kind != model.Raw || f.Place == InCompressed && at == 0 {
		r.over = r.over || t.Steps[at].Outcome.Closed || t.Steps[at].Outcome.WroteEOF
		if at++; at == len(t.Steps) {
			return r.crashOf(&t.Steps[at-1].Outcome)
		}
	}
	for i := at; i < len(t.Steps); i++ {
		r.asked = r.asked || t.Steps[i].Op.Kind == model.RecvPing
		r.add(f, &t.Steps[i].Outcome)
	}
	return r.String()
}

// reaction is what a subject did with a frame.
type reaction struct {
	over     bool // the connection had ended before
	crash    string
	pong     string // to the frame
	message  bool
	close    string
	end      bool
	other    bool
	asked    bool // the Ping after the frame was sent: no rule was broken before
	sentinel bool // it was answered
}

// crashOf is the reaction of a subject that died before the frame came.
func (r *reaction) crashOf(o *model.Outcome) string {
	r.add(&Frame{}, o)
	return r.String()
}

// add adds an outcome.
func (r *reaction) add(f *Frame, o *model.Outcome) {
	for i := range o.Frames {
		switch w := &o.Frames[i]; {
		case w.Opcode == frame.Close && r.close == "":
			r.close = "close"
			if len(w.Data) >= 2 {
				r.close = strconv.Itoa(int(w.Data[0])<<8 | int(w.Data[1]))
			}
		case w.Opcode == frame.Pong && w.Data == sentinel:
			r.sentinel = true
		case w.Opcode == frame.Pong && f.Length.Bytes <= whole && w.Data == f.payload(int(f.Length.Bytes)):
			r.pong = answered
		case w.Opcode == frame.Pong:
			r.pong = oddPong
		default:
			r.other = true
		}
	}
	r.message = r.message || len(o.Messages) > 0
	r.end = r.end || o.Closed || o.WroteEOF
	if o.Crash.Class != "" && r.crash == "" {
		r.crash = crashed
	}
	if o.Hang {
		r.crash = hung
	}
}

// String lists the words, joined by "+".
func (r *reaction) String() string {
	var words []string
	add := func(is bool, word string) {
		if is {
			words = append(words, word)
		}
	}
	add(r.crash != "", r.crash)
	add(r.pong != "", r.pong)
	add(r.message, delivered)
	add(r.other, otherwise)
	switch {
	case r.crash != "":
	case r.close != "":
		words = append(words, r.close)
	case r.over:
		words = append(words, wasOver)
	case r.end:
		words = append(words, ended)
	case r.asked && !r.sentinel:
		words = append(words, waits)
	case words == nil:
		return readsOn
	}
	return strings.Join(words, "+")
}
