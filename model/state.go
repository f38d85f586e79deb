package model

import "github.com/pongcheck/pongcheck/frame"

// State is the ping-tracking state of one end of a connection, as the rules have
// it. It is one deterministic value: time is what the events say, and nothing
// is read from anywhere else.
//
// It serves in two ways. As a [Subject] it is the reference: it does the
// canonical thing that its profile allows. As the judge's memory it follows
// another subject: it takes over what was seen as long as that is allowed, and
// records a finding where it is not.
//
// Facts that cannot be seen (does a cancelled entry keep its place? which of two
// equal entries did a Pong strike?) are kept as bounds rather than as a set of
// states: a cancelled entry stays as one that may absorb a Pong, and only what
// every reading forbids is a failure. So one State suffices, and it can
// never be undecided for lack of room.
type State struct {
	env
	tracker   tracker
	responder responder
	in        inbound
	out       outbound
	keep      keepalive

	foreseen  foreseen   // by predict, for commit
	queue     Frames     // of the reference: frames that wait for resume
	simpleNow bool       // an outcome equal to the reference's is right, and commit takes it over as judge does
	reaches   reachCache // what judge marked for outcomes that were foreseen
}

// Frames is a list of frames.
type Frames []Frame

// NewState makes the state of a subject that can do and show what info says.
func NewState(p Profile, info Info) *State {
	s := &State{env: env{profile: p, info: info}}
	s.reset(&Config{})
	return s
}

// reset begins a trace.
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
	s.keep.reset()
	s.queue = s.queue[:0]
	s.simpleNow = s.isSimple()
}

// Pending is how many pings wait for their Pong, by the model's books.
func (s *State) Pending() int { return s.tracker.countPending() }
