package model

import "github.com/pongcheck/pongcheck/frame"

// State is the ping-tracking state of one end of a connection, as the rules have
// it. It is one deterministic value: time is what the events say, and nothing
// is read from anywhere else.
//
// It serves in two ways. As a [Subject] it is the reference: it does the
// canonical thing that its profile allows. As the judge's memory it follows
// another subject: it accepts what was seen as long as a rule allows it, and
// records a finding where none does.
//
// Some facts cannot be seen. Does a cancelled entry keep its place? Which of two
// equal entries did a Pong end? A State keeps bounds for them instead of a set of
// states: a cancelled entry stays as one that may absorb a Pong, and only what
// every reading forbids is a failure. So one State suffices.
//
// Each part has its own memory and its own rules. An event goes through them in the
// order of State.judge.
type State struct {
	env                 // what the parts share
	tracker   tracker   // pings of the application and of the keepalive, and their waiters
	responder responder // Pongs that the subject owes
	in        inbound   // what the peer sent
	out       outbound  // what the subject sent
	ending    ending    // which Close is owed, and how the connection ends
	keep      keepalive // when keepalive pings and their time-outs are due

	foreseen  foreseen   // what predict leaves for commitForeseen
	queue     []Frame    // frames of the reference that wait for resume
	simpleNow bool       // the fast path may be taken: see isSimple
	reaches   reachCache // the rules that the fast path marks
}

// NewState returns the state of a subject that can do and show what info says.
func NewState(p Profile, info Info) *State {
	s := &State{env: env{profile: p, info: info}}
	s.reset(&Config{})
	return s
}

// reset forgets everything, for a new trace.
func (s *State) reset(cfg *Config) {
	s.env.reset(cfg)
	s.tracker.reset()
	s.responder.reset()
	deflate := cfg.Deflate != NoDeflate
	peer := Client
	if cfg.Role == Client {
		peer = Server
	}
	s.in.reset(frame.State{Role: cfg.Role, Deflate: deflate})
	s.out.reset(frame.State{Role: peer, Deflate: deflate}, cfg.Deflate)
	s.ending = ending{}
	s.keep.reset()
	s.queue = s.queue[:0]
	s.simpleNow = s.isSimple()
}
