package model

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// Event is an op with every relation resolved: what a [Subject] steps.
type Event struct {
	Kind   Kind
	Keep   bool          // Cancel: N is a keepalive ping
	Text   bool          // Msg, Frag, MsgSend: text, else binary
	Z      bool          // Msg, Frag: compressed
	Fin    bool          // Cont: the last fragment
	Join   bool          // what the peer sends: the bytes wait for those of the next event, and both arrive in one read
	Chosen bool          // Ping: the subject chooses the payload; Data is empty
	N      int           // Ping: its number; Cancel: its target, 0 for none; Close, PeerClose: the code, 0 for none
	Data   string        // valid until the next Open; clone it to keep it longer
	Time   time.Duration // Advance: how long
	Config *Config       // Open: never nil
}

// Outcome is what one event made visible. A subject appends to it. The checker reuses it
// from step to step, so that stepping need not allocate.
type Outcome struct {
	Head
	Frames      []Frame      // written by the subject, in order
	Resolutions []Resolution // of waiters, and of calls to ping that failed
	Messages    []Message    // delivered to the application, in order
	Crash       Crash
}

// Head is the part of an outcome that can be compared with ==.
type Head struct {
	Closed      bool    // the subject takes the connection for closed
	WroteEOF    bool    // it ended its sending direction
	Unsupported bool    // it cannot do the op
	Foreign     bool    // Open: its protocol is not WebSocket, so its frames have other shapes
	Hang        bool    // it did not come to rest
	Timed       bool    // Latency is set
	Err         ErrKind // the call of this op failed (not of ping: see Resolution)
	ClosedAt    time.Duration
	EOFAt       time.Duration
	Latency     time.Duration // of the connection, when it changed
	Rested      time.Duration // Settle: how long time went on for what was missing: see [Grace]
	Told        Told          // what the application was told of the end
	ErrName     string        // the library's own word
	Part        string        // bytes written that are no whole frame, at the end
	Stuck       string        // Hang: the goroutine that keeps it from rest, where that is known
	Leak        string        // End: a goroutine that it leaves behind
}

// Frame is a frame that the subject wrote; the zero flags are the usual ones.
type Frame struct {
	Opcode    frame.Opcode
	NoFin     bool  // FIN is not set
	WrongMask bool  // masked by a server, or not masked by a client
	RSV       uint8 // RSV1 is 4
	Long      uint8 // 16 or 64: a longer form of the length than needed
	Data      string
	At        time.Duration // since Open; 0 where the subject does not say
}

// Accuses reports whether f is a Close that accuses the peer of breaking a rule, or says that
// the subject broke down: 1002, 1007 or 1011 (RFC 6455 section 7.4.1). Other codes name a
// limit or a policy.
func (f *Frame) Accuses() bool {
	code, _, ok := closePayload(f.Data)
	c := frame.CloseCode(code)
	return f.Opcode == frame.Close && ok && (c == frame.ProtocolError || c == frame.InvalidPayload || c == frame.InternalError)
}

// Told is what the application is told of the end of its connection: by the error of its
// reader, say, or by a callback.
type Told struct {
	Said  bool // it was told something
	Clean bool // that the end is a clean one, without an error
	Code  int  // the code of the Close; 0: it was told none
}

// String is the text form: CODE [clean].
func (t Told) String() string {
	s := "-"
	if t.Code != 0 {
		s = strconv.Itoa(t.Code)
	}
	if t.Clean {
		s += " clean"
	}
	return s
}

// Message is a message that reached the application.
type Message struct {
	Text bool
	Data string
	At   time.Duration
}

// How says how a waiter ended.
type How uint8

// The ways in which a waiter ends. Refused is no waiter at all: the call failed.
const (
	Acked How = iota + 1
	Cancelled
	Failed
	Refused
)

var howNames = [...]string{"pending", "acked", "cancelled", "failed", "error"}

// String is the word of the text form.
func (h How) String() string { return howNames[h] }

// ErrKind sorts the errors of calls and waiters; adapters map the library's own
// error to the nearest kind and keep its name beside it: NoError, ErrClosed (the
// connection is, or the transport broke), ErrTooLong (the payload of a control frame),
// ErrDuplicate (such a ping waits already), ErrTimeout, ErrCancelled, ErrOther.
type ErrKind uint8

// The kinds of errors.
const (
	NoError ErrKind = iota
	ErrClosed
	ErrTooLong
	ErrDuplicate
	ErrTimeout
	ErrCancelled
	ErrOther
)

var errNames = [...]string{"none", "closed", "too-long", "duplicate", "timeout", "cancelled", "other"}

// String is the word of the text form.
func (e ErrKind) String() string { return errNames[e] }

// FindErrKind returns the kind of error that the text form calls name.
func FindErrKind(name string) (ErrKind, bool) {
	for k := ErrClosed; k <= ErrOther; k++ {
		if errNames[k] == name {
			return k, true
		}
	}
	return 0, false
}

// Resolution is the end of one waiter, or the failure of one call to ping.
type Resolution struct {
	N       int  // the ping's number
	Keep    bool // N counts keepalive pings
	How     How
	Err     ErrKind // of Failed and Refused
	Timed   bool    // Latency is set
	Latency time.Duration
	Name    string // the library's own word for the error
	At      time.Duration
}

// CrashOfProcess is the Where of a crash that ended the process of the subject.
const CrashOfProcess = "process"

// Crash is an exception or a panic that escaped from the subject.
type Crash struct {
	Where string // the entry point it escaped from
	Class string // its type; empty: no crash
	Text  string // its message
	Stack string // the goroutine's stack, where it is known; no part of the text form
	Fatal bool   // it ended the process of the subject
}

// Reset empties the outcome and keeps its memory.
func (o *Outcome) Reset() {
	o.Head = Head{}
	o.Frames = o.Frames[:0]
	o.Resolutions = o.Resolutions[:0]
	o.Messages = o.Messages[:0]
	o.Crash = Crash{}
}

// Empty reports whether nothing was seen.
func (o *Outcome) Empty() bool {
	return o.Head == Head{} && len(o.Frames)+len(o.Resolutions)+len(o.Messages) == 0 && o.Crash == Crash{}
}

// firstClose returns the first Close that the subject wrote, or nil.
func (o *Outcome) firstClose() *Frame {
	for i := range o.Frames {
		if o.Frames[i].Opcode == frame.Close {
			return &o.Frames[i]
		}
	}
	return nil
}

// clone is a copy whose strings live on their own.
func (o *Outcome) clone() Outcome {
	c := *o
	c.Part = strings.Clone(o.Part)
	c.Frames = slices.Clone(o.Frames)
	for i := range c.Frames {
		c.Frames[i].Data = strings.Clone(c.Frames[i].Data)
	}
	c.Resolutions = slices.Clone(o.Resolutions)
	c.Messages = slices.Clone(o.Messages)
	for i := range c.Messages {
		c.Messages[i].Data = strings.Clone(c.Messages[i].Data)
	}
	return c
}

// isForeseen reports whether o is the outcome p that the reference showed. It compares by
// hand: reflection is too slow for the hot path. The order of resolutions means nothing,
// but two subjects that agree nearly always list them in the same order. So judge may sort
// out another order. Names and stamps are the library's own, and are not compared.
func (o *Outcome) isForeseen(p *Outcome) bool {
	if o.Closed != p.Closed || o.WroteEOF != p.WroteEOF || o.Err != p.Err || o.Unsupported || o.Hang || o.Rested != 0 || o.Part != "" ||
		o.Timed != p.Timed || o.Told.Said && o.Told != p.Told || o.Latency != p.Latency || o.Crash.Class != "" ||
		len(o.Frames) != len(p.Frames) || len(o.Resolutions) != len(p.Resolutions) || len(o.Messages) != len(p.Messages) {
		return false
	}
	for i := range o.Frames {
		f, g := &o.Frames[i], &p.Frames[i]
		if f.Opcode != g.Opcode || f.NoFin || f.WrongMask || f.RSV != 0 || f.Long != 0 || f.Data != g.Data {
			return false
		}
	}
	for i := range o.Resolutions {
		r, q := &o.Resolutions[i], &p.Resolutions[i]
		if r.N != q.N || r.Keep != q.Keep || r.How != q.How || r.Err != q.Err || r.Timed != q.Timed || r.Latency != q.Latency {
			return false
		}
	}
	for i := range o.Messages {
		if o.Messages[i].Text != p.Messages[i].Text || o.Messages[i].Data != p.Messages[i].Data {
			return false
		}
	}
	return true
}
