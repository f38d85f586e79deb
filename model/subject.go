package model

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// Subject is an implementation under test that runs in this process. Step does
// what ev says, waits until nothing more happens by itself, and appends what
// became visible to out, which is empty when it is called. An Open event resets
// the subject: a fresh, open connection.
//
// A Subject that only forwards to a library should never decide what is right:
// whatever happened is the outcome.
type Subject interface {
	Step(ev *Event, out *Outcome)
}

// A SetupError says that a subject could not be set up: its adapter, or its Info, is
// wrong. A Subject panics with it, and each door returns it as an error: it is no finding,
// and says nothing of the library.
type SetupError struct {
	Reason string // what is wrong, and what to do
	Err    error  // what the adapter or the library said, or nil
}

// Error returns the reason.
func (e *SetupError) Error() string { return "set up the subject: " + e.Reason }

// Unwrap returns what the adapter or the library said.
func (e *SetupError) Unwrap() error { return e.Err }

// Implementation is a subject as it is offered to the doors of this project
// (Check, properties, fuzz targets, the command). Exactly one of New and Run is
// set, unless the subject is for many goroutines only: then Race alone is.
type Implementation struct {
	Name    string // implementation[/variant], such as "websockets/asyncio"
	Version string // what is really built in or was imported
	Profile string // name of its own profile; empty: rfc
	Info    Info

	// New makes a subject in this process.
	New func() Subject

	// Around runs a whole trace, if it is set: f steps a subject from Open to
	// End. It opens what the subject needs, such as a synctest bubble.
	Around func(f func())

	// Before, if it is set, is called with each trace before it runs in this process.
	Before func(t *Trace)

	// Race makes one in this process that many goroutines may call at once.
	Race func(w Witness) Racer

	// Rest, if it is set, waits until every other goroutine within Around is blocked.
	// held says that some may be in [Witness.Yield], with locks of the subject's. A
	// Racer without a Rest starts no goroutines and blocks nowhere else.
	Rest func(held bool)

	// Run drives a subject elsewhere: it takes traces, in order, and yields a
	// transcript for each, in the same order. An error ends the run.
	Run func(ctx context.Context, traces iter.Seq[*Trace]) iter.Seq2[*Transcript, error]

	_ struct{} // no positional literals: this may grow
}

// Fit says why nothing, or no ping, could be tried on m or judged, or is nil: what was
// not asked must not pass.
func (m *Implementation) Fit() error {
	i := &m.Info
	switch {
	case m.New == nil && m.Run == nil && m.Race == nil:
		return fmt.Errorf("%s: none of New, Run and Race is set: there is nothing to run", m.Name)
	case i.Can == 0:
		return fmt.Errorf("%s: Info.Can is empty: nothing would be tried", m.Name)
	case i.Sees == 0:
		return fmt.Errorf("%s: Info.Sees is empty: nothing could be judged", m.Name)
	case i.Can.Has(Ping) && !i.Given && !i.Chooses:
		return fmt.Errorf("%s: Info.Can has model.Ping, but neither Info.Given nor Info.Chooses is set: no ping would be tried; set one of them, or leave model.Ping out if only a keepalive pings", m.Name)
	}
	return nil
}

// Info is what a subject can do and what can be seen of it. It is fixed for a
// run: a subject that went blind in the middle could not be judged.
//
// The comments name the parts of package fuzz by which an adapter does these things.
type Info struct {
	// Can are the ops that it can do. Leave out those whose function the adapter does
	// not have (Endpoint: Close, MsgSend, SendPong), and Block and Resume for a library
	// that holds a sync.Mutex while it writes: stalled, it never comes to rest in a
	// bubble.
	Can Kinds

	// Sees is what is reported. What is in it and was not reported did not happen, and
	// the subject is judged by that: SeesMessages is for who calls Host.Message,
	// SeesClosed for who calls Host.Closed, SeesConnLat for who calls Host.Latency.
	Sees Sees

	Roles   Roles // of the doors that open uses: a server's Host.Accept, a client's Host.Client
	Chooses bool  // it can choose the payload of a ping (Endpoint.PingAny): ping *
	Given   bool  // it can be given that payload (Endpoint.Ping)
	Keeps   bool  // it has a keepalive that Config can set
	Deflate bool  // it can negotiate permessage-deflate
	Cuts    bool  // its input can come in pieces: always, over a Host
	Real    bool  // its clock is the real one: times are not judged
	Each    bool  // its protocol has every Ping answered, not only the newest: no waiter starves

	// Timeouts says which time-outs the keepalive can have. Many libraries take one number
	// for the interval and the time-out.
	Timeouts Timeouts

	// OwnPings says that it sends Pings by itself without a keepalive: to measure the round
	// trip, say. Traces then answer them (pong $k1), and nobody wonders where they come from.
	OwnPings bool

	// Untracked says that the library waits for no Pong. The waiters that are seen are those
	// of the adapter (Host.Pongs), so their policy is not the library's.
	Untracked bool

	// ManualClose says that the library leaves it to the application to answer the peer's
	// Close: then none is missed.
	ManualClose bool

	// Limits are those beyond which it closes, as documented, though each frame is legal.
	Limits Limits
}

// Timeouts says which time-outs a keepalive can have.
type Timeouts uint8

// The time-outs of keepalives.
const (
	TimeoutFree        Timeouts = iota // any: Config sets it
	TimeoutHalf                        // half the interval
	TimeoutSame                        // the interval
	TimeoutOneAndAHalf                 // one and a half intervals
	TimeoutNone                        // none: unanswered pings end nothing
)

// Of returns the time-out of a keepalive with this interval, of which Config has timeout.
func (t Timeouts) Of(interval, timeout time.Duration) time.Duration {
	switch t {
	case TimeoutHalf:
		return interval / 2
	case TimeoutSame:
		return interval
	case TimeoutOneAndAHalf:
		return interval + interval/2
	case TimeoutNone:
		return 0
	}
	return timeout
}

// Limits are the documented limits beyond which a subject closes a connection although
// every frame of the peer's is legal. RFC 6455 section 7.3: "Servers MAY close the
// WebSocket connection whenever desired." An end beyond a documented limit is OK, with a
// Close or without.
type Limits struct {
	Control int    // it may close at the peer's Ping or Pong of this number, from 1, and later ones; 0: no limit
	Data    bool   // it may close at a data frame: its own protocol above WebSocket does not know it
	Source  string // where the documentation says so; without it nothing is documented
}

// Roles is a set of roles: ServerRole, ClientRole or BothRoles.
type Roles uint8

// The sets of roles.
const (
	ServerRole Roles = 1 << Server
	ClientRole Roles = 1 << Client
	BothRoles        = ServerRole | ClientRole
)

// Sees is a set of things that can be seen of a subject: SeesFrames, SeesWaiters,
// SeesErrors, SeesLatency, SeesConnLat, SeesMessages, SeesClosed, SeesCrash, SeesTold; all of
// them are SeesAll.
type Sees uint16

// What can be seen.
const (
	SeesFrames   Sees = 1 << iota // what it writes
	SeesWaiters                   // how waiters end
	SeesErrors                    // that calls fail
	SeesLatency                   // the latency of a waiter
	SeesConnLat                   // the latency of the connection
	SeesMessages                  // what reaches the application
	SeesClosed                    // that it takes the connection for closed
	SeesCrash                     // exceptions that escape
	SeesTold                      // what the application is told of the end: see [Told]
)

// SeesAll is everything.
const SeesAll = SeesFrames | SeesWaiters | SeesErrors | SeesLatency | SeesConnLat | SeesMessages | SeesClosed | SeesCrash | SeesTold

// showsEnd reports whether the subject shows how a waiter ended. That a call to ping failed
// shows wherever errors do: it has no waiter.
func (i *Info) showsEnd(how How) bool {
	return i.Sees&SeesWaiters != 0 || how == Refused && i.Sees&SeesErrors != 0
}

// sightWords has the words of the text form for what can be seen, in the order of Sees.
var sightWords = [...]string{"frames", "waiters", "errors", "latency", "conn-latency", "messages", "closed", "crash", "told"}

// ParseSees returns what a word of the text form says can be seen; 0: it is no such word.
func ParseSees(word string) Sees {
	if i := slices.Index(sightWords[:], word); i >= 0 {
		return 1 << i
	}
	return 0
}

// String is the set as words of the text form, with a blank between two.
func (s Sees) String() string {
	var words []string
	for i, word := range sightWords {
		if s>>i&1 != 0 {
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// Everything is the Info of a subject without limits, such as a specimen.
func Everything() Info {
	return Info{Can: AllKinds, Sees: SeesAll, Roles: BothRoles, Chooses: true, Given: true, Keeps: true, Cuts: true}
}

// Step is one op of a transcript and what it made visible.
type Step struct {
	Op      Op
	Line    int    // in the file, 0 if there is none
	Became  string // what a relation became, as the subject's side resolved it
	Related bool   // Became is set
	Outcome Outcome
}

// Transcript is a trace with its outcomes. Ended says whether its end was seen;
// a transcript that breaks off proves no absence.
type Transcript struct {
	Profile string
	Subject string
	Version string
	Sees    Sees // what was looked at: the rest is not observed; 0: everything
	Config  Config
	Steps   []Step
	Ended   bool
	End     Outcome // of the end, if Ended
}

// Trace is the trace of the transcript.
func (t *Transcript) Trace() *Trace {
	tr := &Trace{Profile: t.Profile, Config: t.Config, Ops: make([]Op, len(t.Steps))}
	for i := range t.Steps {
		tr.Ops[i] = t.Steps[i].Op
	}
	return tr
}
