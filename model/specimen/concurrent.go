package specimen

import (
	"slices"
	"sync"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Shared are the trackers that many goroutines may call at once, which are right:
//
//   - specimen/shared-exact: a Pong acknowledges its own ping only.
//   - specimen/shared-up-to: a Pong acknowledges every earlier ping too.
func Shared() []model.Implementation {
	return []model.Implementation{
		sharing("specimen/shared-exact", "exact", func(w model.Witness) model.Racer { return &shared{w: w} }),
		sharing("specimen/shared-up-to", "websockets", func(w model.Witness) model.Racer { return &shared{w: w, upTo: true} }),
	}
}

func sharing(name, profile string, race func(model.Witness) model.Racer) model.Implementation {
	info := model.Info{
		Can:   model.KindsOf(model.Ping, model.Cancel, model.Pong, model.RecvPing, model.Close, model.PeerClose, model.Settle),
		Sees:  model.SeesFrames | model.SeesWaiters | model.SeesErrors | model.SeesClosed | model.SeesCrash,
		Roles: model.BothRoles,
		Given: true,
	}
	return model.Implementation{Name: name, Profile: profile, Info: info, Race: race}
}

// shared is a tracker whose table a mutex guards, from the check of a payload to its
// Ping's place on the wire. Whoever takes a waiter out of the table ends it, after
// the mutex is free again.
type shared struct {
	w    model.Witness
	upTo bool

	mu     sync.Mutex
	table  []*sharedEntry
	closed bool
}

// sharedEntry is an entry of the table. Under up-to a cancelled one keeps its place.
type sharedEntry struct {
	n         int
	data      string
	cancelled bool
}

// Do does what ev says.
func (s *shared) Do(ev *model.Event) { dispatch(s, ev) }

// tracker is what a shared tracker does for each event.
type tracker interface {
	ping(n int, data string)
	cancel(n int)
	pong(data string)
	answer(data string)
	end(handshake bool)
}

func dispatch(t tracker, ev *model.Event) {
	switch ev.Kind {
	case model.Ping:
		t.ping(ev.N, ev.Data)
	case model.Cancel:
		t.cancel(ev.N)
	case model.Pong:
		t.pong(ev.Data)
	case model.RecvPing:
		t.answer(ev.Data)
	case model.Close, model.PeerClose:
		t.end(true)
	case model.End:
		t.end(false)
	}
}

func (s *shared) ping(n int, data string) {
	s.mu.Lock()
	err := s.check(data)
	if err == model.NoError {
		s.table = append(s.table, &sharedEntry{n: n, data: data})
		s.write(frame.Ping, data)
	}
	s.mu.Unlock()
	s.refuse(n, err)
}

// check says why a ping is refused, if it is. The mutex is held.
func (s *shared) check(data string) model.ErrKind {
	switch {
	case s.closed:
		return model.ErrClosed
	case len(data) > frame.MaxControl:
		return model.ErrTooLong
	case s.find(data) >= 0:
		return model.ErrDuplicate
	}
	return model.NoError
}

func (s *shared) find(data string) int {
	return slices.IndexFunc(s.table, func(w *sharedEntry) bool { return w.data == data })
}

func (s *shared) cancel(n int) {
	s.mu.Lock()
	i := slices.IndexFunc(s.table, func(w *sharedEntry) bool { return w.n == n && !w.cancelled })
	if i >= 0 && s.upTo {
		s.table[i].cancelled = true
	} else if i >= 0 {
		s.table = slices.Delete(s.table, i, i+1)
	}
	s.mu.Unlock()
	if i >= 0 {
		s.tell(n, model.Cancelled, model.NoError)
	}
}

func (s *shared) pong(data string) {
	s.mu.Lock()
	taken := s.take(s.find(data))
	s.mu.Unlock()
	for _, w := range taken {
		s.w.Yield("acknowledge")
		s.tell(w.n, model.Acked, model.NoError)
	}
}

// take takes out of the table what a Pong acknowledges that strikes place i. The
// mutex is held.
func (s *shared) take(i int) []*sharedEntry {
	if i < 0 {
		return nil
	}
	from := i
	if s.upTo {
		from = 0
	}
	taken := slices.Clone(s.table[from : i+1])
	s.table = slices.Delete(s.table, from, i+1)
	return slices.DeleteFunc(taken, func(w *sharedEntry) bool { return w.cancelled })
}

func (s *shared) answer(data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.write(frame.Pong, data)
	}
}

func (s *shared) end(handshake bool) {
	s.mu.Lock()
	first := !s.closed
	taken := slices.DeleteFunc(s.table, func(w *sharedEntry) bool { return w.cancelled })
	s.table = nil
	if s.closed = true; first && handshake {
		s.write(frame.Close, "\x03\xe8")
	}
	s.mu.Unlock()
	for _, w := range taken {
		s.w.Yield("close")
		s.tell(w.n, model.Failed, model.ErrClosed)
	}
	if first {
		s.w.See(&model.Outcome{Head: model.Head{Closed: true}})
	}
}

// write writes a frame. The mutex that orders frames is held.
func (s *shared) write(op frame.Opcode, data string) {
	s.w.See(&model.Outcome{Frames: []model.Frame{{Opcode: op, Data: data}}})
}

func (s *shared) refuse(n int, err model.ErrKind) {
	if err != model.NoError {
		s.tell(n, model.Refused, err)
	}
}

func (s *shared) tell(n int, how model.How, err model.ErrKind) {
	s.w.See(&model.Outcome{Resolutions: []model.Resolution{{N: n, How: how, Err: err}}})
}
