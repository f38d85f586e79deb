package specimen

import (
	"slices"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Race is a shared tracker with one race that makes it wrong. Each access to its table holds the
// mutex, so the race detector reports nothing. The mistake is what happens between two accesses.
type Race struct {
	Name    string // name of its Implementation, after "mutant/"
	Mirrors string // the real bug that it resembles; "" if it was made up
	Change  string // what is different, in one sentence
	Profile string // the profile that judges it

	// Shortest are the ops of the shortest history that shows it, one a line; those
	// between two settles go on at once. Times are left out. "or" stands between
	// some that are equally short: which is found depends on the schedule.
	Shortest string

	keeps bool // it has a keepalive
	race  func(w model.Witness) model.Racer
}

// Implementation returns the tracker as a subject.
func (r *Race) Implementation() *model.Implementation {
	make := sharingImplementation
	if r.keeps {
		make = keepingImplementation
	}
	impl := make("mutant/"+r.Name, r.Profile, r.race)
	return &impl
}

// Races returns the shared trackers that are wrong.
func Races() []Race {
	return append([]Race{
		{
			Name: "race/check-then-act", Profile: "exact",
			Change:   "whether a payload is pending is checked under the mutex, and the entry made under it, with a gap in between",
			Shortest: "ping 61\nping 61\n",
			race:     func(w model.Witness) model.Racer { return &checksThenActs{shared{w: w}} },
		},
		{
			Name: "race/looks-up-again", Profile: "websockets", Mirrors: "python-websockets #1190",
			Change:   "after the write the entry is looked up again, and it may be gone",
			Shortest: "ping 61\npong $1\n",
			race:     func(w model.Witness) model.Racer { return &looksUpAgain{shared{w: w, upTo: true}} },
		},
		{
			Name: "race/walks-at-close", Profile: "exact", Mirrors: "python-websockets 15.0, threading",
			Change:   "the close walks the table by index, and the table may lose an entry meanwhile",
			Shortest: "ping 61\npong $1\nping 62\nclose\n",
			race:     func(w model.Witness) model.Racer { return &walksAtClose{shared{w: w}} },
		},
		{
			Name: "race/cancel-and-pong", Profile: "exact",
			Change:   "a Pong takes the entry out of the table and marks the waiter as ended only after it has ended it",
			Shortest: "ping 61\ncancel 1\npong $1\n",
			race:     func(w model.Witness) model.Racer { return &bothWin{shared: shared{w: w}} },
		},
		{
			Name: "race/order", Profile: "websockets",
			Change:   "the entry is made under the mutex and the Ping written after it: the table has another order than the wire",
			Shortest: "ping 61\nping 62\npong $1\n",
			race:     func(w model.Witness) model.Racer { return &writesLater{shared{w: w, upTo: true}} },
		},
		{
			Name: "race/registers-after-end", Profile: "exact",
			Change:   "whether the connection is open is checked, and the entry made later: the end has gone through the table by then",
			Shortest: "ping 61\nclose\n",
			race:     func(w model.Witness) model.Racer { return &registersAfterEnd{shared: shared{w: w}} },
		},
		{
			Name: "race/answers-when-closed", Profile: "exact",
			Change:   "a Ping is answered although the connection is closed",
			Shortest: "close\nsettle\nrecv-ping 61\n",
			race:     func(w model.Witness) model.Racer { return &answersWhenClosed{shared{w: w}} },
		},
	}, keepaliveRaces()...)
}

type checksThenActs struct{ shared }

func (s *checksThenActs) Do(ev *model.Event) { dispatchEvent(s, ev) }

func (s *checksThenActs) callPing(n int, data string) {
	s.mu.Lock()
	err := s.checkPing(data)
	s.mu.Unlock()
	if err != model.NoError {
		s.refuseCall(n, err)
		return
	}
	s.w.Yield("checked")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table = append(s.table, &sharedEntry{n: n, data: data})
	s.writeFrame(frame.Ping, data)
}

type looksUpAgain struct{ shared }

func (s *looksUpAgain) Do(ev *model.Event) { dispatchEvent(s, ev) }

func (s *looksUpAgain) callPing(n int, data string) {
	s.shared.callPing(n, data)
	s.w.Yield("written")
	s.mu.Lock()
	gone := !s.closed && len(data) <= frame.MaxControl && s.findPending(data) < 0 // too long: never there
	s.mu.Unlock()
	if gone {
		panic(keyError(data))
	}
}

// keyError is Python's exception of a lookup in vain.
type keyError string

func (e keyError) Error() string { return "KeyError: " + string(e) }

type walksAtClose struct{ shared }

func (s *walksAtClose) Do(ev *model.Event) { dispatchEvent(s, ev) }

func (s *walksAtClose) endWaiters(handshake bool) {
	s.mu.Lock()
	first := !s.closed
	if s.closed = true; first && handshake {
		s.writeFrame(frame.Close, "\x03\xe8")
	}
	s.mu.Unlock()
	for i := 0; first && s.walk(i); i++ {
		s.w.Yield("walk")
	}
}

// walk ends the waiter at index i, if there is one.
func (s *walksAtClose) walk(i int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i >= len(s.table) {
		return false
	}
	if w := s.table[i]; !w.cancelled {
		w.cancelled = true // nobody else is to end it
		s.showCallEnd(w.n, model.Failed, model.ErrClosed)
	}
	return true
}

type bothWin struct {
	shared
	waiters []*sharedEntry // by number, in the order of the calls; cancelled: ended
}

func (s *bothWin) Do(ev *model.Event) { dispatchEvent(s, ev) }

func (s *bothWin) callPing(n int, data string) {
	s.shared.callPing(n, data)
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.findPending(data); i >= 0 && s.table[i].n == n {
		s.waiters = append(s.waiters, s.table[i])
	}
}

func (s *bothWin) cancelWaiter(n int) {
	s.mu.Lock()
	i := slices.IndexFunc(s.waiters, func(w *sharedEntry) bool { return w.n == n && !w.cancelled })
	if i >= 0 {
		s.waiters[i].cancelled = true
		s.table = slices.DeleteFunc(s.table, func(w *sharedEntry) bool { return w.n == n })
	}
	s.mu.Unlock()
	if i >= 0 {
		s.showCallEnd(n, model.Cancelled, model.NoError)
	}
}

func (s *bothWin) handlePong(data string) {
	s.mu.Lock()
	taken := s.removeEntry(s.findPending(data))
	s.mu.Unlock()
	for _, w := range taken {
		s.w.Yield("acknowledge")
		s.showCallEnd(w.n, model.Acked, model.NoError)
		s.mu.Lock()
		w.cancelled = true
		s.mu.Unlock()
	}
}

func (s *bothWin) endWaiters(handshake bool) {
	s.mu.Lock()
	s.waiters = nil
	s.mu.Unlock()
	s.shared.endWaiters(handshake)
}

type writesLater struct{ shared }

func (s *writesLater) Do(ev *model.Event) { dispatchEvent(s, ev) }

func (s *writesLater) callPing(n int, data string) {
	s.mu.Lock()
	err := s.checkPing(data)
	if err == model.NoError {
		s.table = append(s.table, &sharedEntry{n: n, data: data})
	}
	s.mu.Unlock()
	if err != model.NoError {
		s.refuseCall(n, err)
		return
	}
	s.w.Yield("registered")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writeFrame(frame.Ping, data)
}

type registersAfterEnd struct {
	shared
	ended bool
}

func (s *registersAfterEnd) Do(ev *model.Event) { dispatchEvent(s, ev) }

func (s *registersAfterEnd) callPing(n int, data string) {
	s.mu.Lock()
	err := s.checkPing(data)
	if err == model.NoError {
		s.writeFrame(frame.Ping, data)
	}
	s.mu.Unlock()
	s.refuseCall(n, err)
	if err != model.NoError {
		return
	}
	s.w.Yield("written")
	s.mu.Lock()
	defer s.mu.Unlock()
	s.table = append(s.table, &sharedEntry{n: n, data: data})
}

func (s *registersAfterEnd) endWaiters(handshake bool) {
	s.mu.Lock()
	ended := s.ended
	s.ended = true
	s.mu.Unlock()
	if !ended {
		s.shared.endWaiters(handshake)
	}
}

type answersWhenClosed struct{ shared }

func (s *answersWhenClosed) Do(ev *model.Event) { dispatchEvent(s, ev) }

func (s *answersWhenClosed) answerPing(data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writeFrame(frame.Pong, data)
}
