package specimen

import (
	"slices"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Shared returns the right trackers that many goroutines may call at once:
//
//   - specimen/shared-exact: a Pong acknowledges its own ping only.
//   - specimen/shared-up-to: a Pong acknowledges every earlier ping too.
//   - specimen/shared-keeping: the same, with a keepalive.
func Shared() []model.Implementation {
	return []model.Implementation{
		sharingImplementation("specimen/shared-exact", "exact", func(w model.Witness) model.Racer { return &shared{w: w} }),
		sharingImplementation("specimen/shared-up-to", "websockets", func(w model.Witness) model.Racer { return &shared{w: w, upTo: true} }),
		keepingImplementation("specimen/shared-keeping", "websockets", func(w model.Witness) model.Racer {
			return &sharedKeeping{shared: shared{w: w, upTo: true}}
		}),
	}
}

func sharingImplementation(name, profile string, race func(model.Witness) model.Racer) model.Implementation {
	info := model.Info{
		Can:   model.KindsOf(model.Ping, model.Cancel, model.Pong, model.RecvPing, model.Close, model.PeerClose, model.Drop, model.EOF, model.Settle),
		Sees:  model.SeesFrames | model.SeesWaiters | model.SeesErrors | model.SeesClosed | model.SeesCrash,
		Roles: model.BothRoles,
		Given: true,
	}
	return model.Implementation{Name: name, Profile: profile, Info: info, Race: race}
}

// keepingImplementation is sharingImplementation for a tracker with a keepalive.
func keepingImplementation(name, profile string, race func(model.Witness) model.Racer) model.Implementation {
	impl := sharingImplementation(name, profile, race)
	impl.Info.Can |= model.KindsOf(model.Advance)
	impl.Info.Keeps = true
	return impl
}

// shared is a tracker with a table under a mutex. The mutex is held from the check of a payload to
// its Ping's place on the wire. The goroutine that takes a waiter out of the table ends it after
// the mutex is free again.
type shared struct {
	w    model.Witness
	upTo bool

	mu     sync.Mutex
	table  []*sharedEntry
	closed bool
	now    time.Duration // since Open; it stays 0 where time does not go on
}

// sharedEntry is an entry of the table. A cancelled one keeps its place if a Pong acknowledges
// earlier pings, too.
type sharedEntry struct {
	n         int
	keep      bool // n counts the Pings of the keepalive
	data      string
	cancelled bool
}

// Do does what ev says.
func (s *shared) Do(ev *model.Event) { dispatchEvent(s, ev) }

// tracker is what a shared tracker does for each event.
type tracker interface {
	callPing(n int, data string)
	cancelWaiter(n int)
	handlePong(data string)
	answerPing(data string)
	endWaiters(handshake bool)
}

func dispatchEvent(t tracker, ev *model.Event) {
	switch ev.Kind {
	case model.Ping:
		t.callPing(ev.N, ev.Data)
	case model.Cancel:
		t.cancelWaiter(ev.N)
	case model.Pong:
		t.handlePong(ev.Data)
	case model.RecvPing:
		t.answerPing(ev.Data)
	case model.Close, model.PeerClose:
		t.endWaiters(true)
	case model.Drop, model.EOF, model.End:
		t.endWaiters(false)
	}
}

func (s *shared) callPing(n int, data string) {
	s.mu.Lock()
	err := s.checkPing(data)
	if err == model.NoError {
		s.table = append(s.table, &sharedEntry{n: n, data: data})
		s.writeFrame(frame.Ping, data)
	}
	s.mu.Unlock()
	s.refuseCall(n, err)
}

// checkPing returns why a ping is refused, if it is. The caller holds the mutex.
func (s *shared) checkPing(data string) model.ErrKind {
	switch {
	case s.closed:
		return model.ErrClosed
	case len(data) > frame.MaxControl:
		return model.ErrTooLong
	case s.findPending(data) >= 0:
		return model.ErrDuplicate
	}
	return model.NoError
}

func (s *shared) findPending(data string) int {
	return slices.IndexFunc(s.table, func(w *sharedEntry) bool { return w.data == data })
}

func (s *shared) cancelWaiter(n int) {
	s.mu.Lock()
	i := slices.IndexFunc(s.table, func(w *sharedEntry) bool { return w.n == n && !w.keep && !w.cancelled })
	if i >= 0 && s.upTo {
		s.table[i].cancelled = true
	} else if i >= 0 {
		s.table = slices.Delete(s.table, i, i+1)
	}
	s.mu.Unlock()
	if i >= 0 {
		s.showCallEnd(n, model.Cancelled, model.NoError)
	}
}

func (s *shared) handlePong(data string) {
	s.mu.Lock()
	taken := s.removeEntry(s.findPending(data))
	s.mu.Unlock()
	for _, w := range taken {
		s.w.Yield("acknowledge")
		s.showEnd(w, model.Acked, model.NoError)
	}
}

// removeEntry takes out of the table what a Pong for index i acknowledges. The caller holds the
// mutex.
func (s *shared) removeEntry(i int) []*sharedEntry {
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

func (s *shared) answerPing(data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.writeFrame(frame.Pong, data)
	}
}

func (s *shared) endWaiters(handshake bool) {
	s.mu.Lock()
	first := !s.closed
	taken := slices.DeleteFunc(s.table, func(w *sharedEntry) bool { return w.cancelled })
	s.table = nil
	now := s.now
	if s.closed = true; first && handshake {
		s.writeFrame(frame.Close, "\x03\xe8")
	}
	s.mu.Unlock()
	for _, w := range taken {
		s.w.Yield("close")
		s.showEnd(w, model.Failed, model.ErrClosed)
	}
	if first {
		s.w.See(&model.Outcome{Head: model.Head{Closed: true, ClosedAt: now}})
	}
}

// writeFrame writes a frame. The caller holds the mutex that orders frames.
func (s *shared) writeFrame(op frame.Opcode, data string) {
	s.w.See(&model.Outcome{Frames: []model.Frame{{Opcode: op, Data: data, At: s.now}}})
}

func (s *shared) refuseCall(n int, err model.ErrKind) {
	if err != model.NoError {
		s.showCallEnd(n, model.Refused, err)
	}
}

func (s *shared) showCallEnd(n int, how model.How, err model.ErrKind) {
	s.showEnd(&sharedEntry{n: n}, how, err)
}

// showEnd shows how the waiter of an entry ended.
func (s *shared) showEnd(w *sharedEntry, how model.How, err model.ErrKind) {
	s.w.See(&model.Outcome{Resolutions: []model.Resolution{{N: w.n, Keep: w.keep, How: how, Err: err}}})
}
