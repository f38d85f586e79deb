package concurrent

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// schedule decides which goroutine goes on.
type schedule interface {
	start(f func())     // gives f a goroutine
	yield(where string) // a place at which another one may go on first
	rest()              // returns when nothing more happens
	release()           // from here on nobody waits in yield
}

// maxTurns is how many turns a rest may take: a subject that yields in a loop
// must not hold a run for ever. What is then left goes on freely.
const maxTurns = 10000

// turnstile lets one goroutine through at a time. The seed chooses it among those that
// wait, so the schedule follows from the seed. A subject whose own goroutines act by
// chance between two yields breaks that.
type turnstile struct {
	rng   rng.RNG
	quiet func(held bool) // waits until every goroutine waits or has ended; nil: by counting

	mu      sync.Mutex
	moved   sync.Cond
	running int // goroutines of start that go on
	waiting []*turn
	sorted  int // so many of them are in order
	off     bool
}

type turn struct {
	where string
	pass  chan struct{}
}

func newTurnstile(seed uint64, quiet func(held bool)) *turnstile {
	t := &turnstile{rng: rng.NewStream(seed, 0), quiet: quiet}
	t.moved.L = &t.mu
	return t
}

func (t *turnstile) start(f func()) {
	t.countRunning(1)
	go func() {
		defer t.countRunning(-1)
		t.yield("")
		f()
	}()
	t.waitUntilQuiet(true)
}

func (t *turnstile) countRunning(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running += n
	t.moved.Broadcast()
}

func (t *turnstile) yield(where string) {
	t.mu.Lock()
	if t.off {
		t.mu.Unlock()
		return
	}
	me := &turn{where, make(chan struct{})}
	t.waiting = append(t.waiting, me)
	t.running--
	t.moved.Broadcast()
	t.mu.Unlock()
	<-me.pass
}

// waitUntilQuiet waits until nobody goes on. Counting suffices where all who yield were
// started here.
func (t *turnstile) waitUntilQuiet(held bool) {
	if t.quiet != nil {
		t.quiet(held)
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for t.running > 0 {
		t.moved.Wait()
	}
}

// rest gives turns until nobody waits for one. In the end nobody is held up, not even
// who comes only now: so it is sure that nothing more happens.
func (t *turnstile) rest() {
	for range maxTurns {
		t.waitUntilQuiet(true)
		if !t.letOneGo() {
			break
		}
	}
	t.release()
	t.waitUntilQuiet(false)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.off = false
}

// letOneGo lets one waiting goroutine go on. Goroutines that arrived since the last turn
// did so in an order that nobody chose, so they are sorted by their places.
func (t *turnstile) letOneGo() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.waiting) == 0 {
		return false
	}
	slices.SortStableFunc(t.waiting[t.sorted:], func(a, b *turn) int { return cmp.Compare(a.where, b.where) })
	i := t.rng.Below(len(t.waiting))
	t.wakeUp(t.waiting[i])
	t.waiting = slices.Delete(t.waiting, i, i+1)
	t.sorted = len(t.waiting)
	return true
}

func (t *turnstile) wakeUp(w *turn) {
	t.running++
	close(w.pass)
}

func (t *turnstile) release() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.off = true
	for _, w := range t.waiting {
		t.wakeUp(w)
	}
	t.waiting, t.sorted = nil, 0
}

// freeSchedule leaves the schedule to the machine, and only stirs it. Its waits are few, so
// that the race detector takes little for an order between goroutines.
type freeSchedule struct {
	seed  uint64
	n     atomic.Uint64
	quiet func(held bool)
	gate  chan struct{}
	under sync.WaitGroup
}

func newFreeSchedule(seed uint64, quiet func(held bool)) *freeSchedule {
	return &freeSchedule{seed: seed, quiet: quiet, gate: make(chan struct{})}
}

func (l *freeSchedule) start(f func()) {
	gate := l.gate
	l.under.Go(func() {
		<-gate
		l.yield("")
		f()
	})
}

func (l *freeSchedule) yield(string) {
	r := rng.NewStream(l.seed, l.n.Add(1))
	for range r.Below(4) {
		runtime.Gosched()
	}
}

func (l *freeSchedule) rest() {
	close(l.gate)
	l.gate = make(chan struct{})
	l.under.Wait()
	if l.quiet != nil {
		l.quiet(false)
	}
}

func (l *freeSchedule) release() {}
