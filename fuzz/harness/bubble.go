package harness

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Bubble runs f in a testing/synctest bubble of its own, in a test binary and in
// any other. It fits the Around of a [model.Implementation]. Within f time is
// virtual and starts on 1 January 2000; outside it is not. Bubble returns when
// every goroutine that was started in f has ended. It is transparent: a panic of
// f goes on in the caller (wrapped, with its stack), and so does a runtime.Goexit,
// such as that of a test's FailNow.
//
// Goroutines that never end, and a subject that never comes to rest, are a panic
// with a [*Hang]; what hangs is left behind. Bubbles can run side by side, but not
// one in another.
//
// A bubble is bought with a testing.T that no test runner made: only f's own
// panics and exits could make the testing package look into it, and those are
// caught before. (Under -race the package does so after it has reported a race,
// and ends the process.)
func Bubble(f func()) {
	b := bubble{ended: make(chan struct{})}
	go b.openBubble(f)
	b.watchProgress()
	switch {
	case b.hang != "":
		panic(newHang(b.hang))
	case b.panicked != nil:
		panic(b.panicked)
	case !b.returned:
		runtime.Goexit()
	}
}

// A Hang is the panic of [Bubble] when goroutines do not end or do not rest.
type Hang struct {
	Reason string
	Stacks string // of the goroutines in bubbles, cut to 64 KiB
}

// Error is the reason, followed by the stacks.
func (e *Hang) Error() string { return "fuzz: " + e.Reason + "\n\n" + e.Stacks }

// hangTimeout is how long in real time a bubble may go without a step before it
// counts as stuck: on a mutex, say, for which synctest waits, or in a loop. Tests
// change it.
var hangTimeout = 30 * time.Second

// reportedHangs counts the subjects that reported their hang at the end of a trace. Each
// leaves goroutines behind, which are then no news to its bubble.
var reportedHangs atomic.Int64

// stepsDone counts the steps of all subjects in this process.
var stepsDone atomic.Int64

// restBubble waits until every other goroutine of the bubble is durably blocked.
func restBubble() {
	defer func() {
		if v := recover(); v == "goroutine is not in a bubble" {
			panic("the subject is not in a bubble: set Around: harness.Bubble in its model.Implementation")
		} else if v != nil {
			panic(v)
		}
	}()
	synctest.Wait()
	stepsDone.Add(1)
}

type bubble struct {
	ended    chan struct{}
	returned bool
	panicked error
	hang     string
}

// openBubble opens the bubble. Its deadlock is a panic in the goroutine that opened it.
func (b *bubble) openBubble(f func()) {
	defer close(b.ended)
	defer func() {
		if v := recover(); v != nil {
			if reportedHangs.Add(-1) < 0 {
				reportedHangs.Add(1)
				b.hang = fmt.Sprint(v)
			}
		}
	}()
	synctest.Test(new(testing.T), func(*testing.T) {
		left := make(chan struct{})
		go b.callInside(f, left)
		<-left
	})
}

func (b *bubble) callInside(f func(), left chan<- struct{}) {
	defer close(left)
	defer func() {
		if v := recover(); v != nil {
			b.panicked = wrapPanic(v)
		}
	}()
	f()
	b.returned = true
}

// watchProgress returns when the bubble has ended, or has not moved for too long.
func (b *bubble) watchProgress() {
	const ticks = 30
	tick := time.NewTicker(hangTimeout / ticks)
	defer tick.Stop()
	last := stepsDone.Load()
	for still := 0; still < ticks; {
		select {
		case <-b.ended:
			return
		case <-tick.C:
			still++
		}
		if now := stepsDone.Load(); now != last {
			last, still = now, 0
		}
	}
	panic(newHang(fmt.Sprintf("no step came to rest within %v", hangTimeout)))
}

// mutexHint follows the reason when a goroutine waits for a lock.
const mutexHint = ": does it wait for a sync.Mutex while its writes are stalled? Then leave model.Block and model.Resume out of Info.Can"

func newHang(reason string) *Hang {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	h := &Hang{Reason: reason}
	locked := false
	for _, g := range strings.Split(string(buf), "\n\n") {
		head, _, _ := strings.Cut(g, "\n")
		if !strings.Contains(head, "synctest bubble") {
			continue
		}
		locked = locked || strings.Contains(head, "Mutex.")
		if len(h.Stacks)+len(g) < 64<<10 {
			h.Stacks += g + "\n\n"
		}
	}
	if locked {
		h.Reason += mutexHint
	}
	return h
}

// panicError carries a panic from one goroutine to another.
type panicError struct {
	value any
	stack []byte
}

func wrapPanic(v any) error {
	if e, ok := v.(error); ok && errors.As(e, new(*panicError)) {
		return e
	}
	return &panicError{v, debug.Stack()}
}

func (e *panicError) Error() string { return fmt.Sprintf("%v\n\n%s", e.value, e.stack) }

// Unwrap gives the value of the panic, if it is an error.
func (e *panicError) Unwrap() error {
	err, _ := e.value.(error)
	return err
}
