package harness

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// Bubble runs f in a testing/synctest bubble of its own, in any binary. Use it as Around of a
// [model.Implementation]. Within f, time is virtual and starts on 1 January 2000. Bubble returns
// when every goroutine that f started has ended. A panic of f goes on in the caller, wrapped with
// its stack. So does a runtime.Goexit, such as that of a test's FailNow.
//
// After f returned, goroutines have [model.Grace] of virtual time to end. Bubble panics with a
// [*Hang] if one never ends or the subject never comes to rest. It leaves such goroutines
// behind. [model.Checker.RunIn] makes a finding of that. Bubbles can run side by side, but not
// inside one another.
//
// The testing package has no other way into a bubble than a testing.T, so Bubble makes one that no
// test runner knows. Only a panic or an exit of f could make the testing package look into it, and
// Bubble catches those first. Under -race the testing package ends the process after it has
// reported a race.
func Bubble(f func()) {
	b := bubble{ended: make(chan struct{})}
	go b.openBubble(f)
	b.watchProgress()
	switch {
	case b.hang != "":
		panic(newHang(b.hang, b.name, true))
	case b.panicked != nil:
		panic(b.panicked)
	case !b.returned:
		runtime.Goexit()
	}
}

// A Hang is the panic of [Bubble] when goroutines do not end or do not come to rest.
type Hang = model.Hang

// hangTimeout is how long in real time a bubble may go without a step before it counts as stuck. A
// goroutine that waits for a mutex or runs in a loop is stuck: synctest waits for it. Tests change
// the timeout.
var hangTimeout = 30 * time.Second

// reportedHangs counts the subjects that reported a hang at the end of a trace. Each leaves
// goroutines behind, which its bubble must not report again.
var reportedHangs atomic.Int64

// stepsDone counts the steps of all subjects in this process.
var stepsDone atomic.Int64

// restBubble waits until every other goroutine of the bubble is durably blocked.
func restBubble() {
	defer func() {
		if v := recover(); v == "goroutine is not in a bubble" {
			panic(&model.SetupError{Reason: "the subject is not in a bubble: set Around: harness.Bubble in its model.Implementation"})
		} else if v != nil {
			panic(v)
		}
	}()
	synctest.Wait()
	stepsDone.Add(1)
}

// bubble is one call of [Bubble].
type bubble struct {
	ended    chan struct{} // closed when every goroutine has ended
	returned bool          // f returned
	panicked error         // the panic of f
	hang     string        // why the bubble did not end
	name     string        // in the stacks of its goroutines
	named    atomic.Bool   // name is set
}

// openBubble runs f in a bubble. A deadlock of the bubble panics in the goroutine that called
// synctest.
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
	_, b.name = parseHead(stackHead())
	b.named.Store(true)
	f()
	b.returned = true
	time.Sleep(model.Grace)
}

// watchProgress returns when the bubble has ended. It panics if no step was made for
// hangTimeout, or if the goroutines of the bubble wait for a lock and none of them can go on.
func (b *bubble) watchProgress() {
	const ticks = 150
	tick := time.NewTicker(hangTimeout / ticks)
	defer tick.Stop()
	last, locked := stepsDone.Load(), ""
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
		if !b.named.Load() {
			continue
		}
		name, before := b.name, locked
		if locked = lockedStacks(name); locked != "" && locked == before {
			panic(newHang("its goroutines wait for a lock, and none of them goes on", name, false))
		}
	}
	name := ""
	if b.named.Load() {
		name = b.name
	}
	panic(newHang(fmt.Sprintf("no step came to rest within %v", hangTimeout), name, false))
}

// newHang describes the goroutines of the bubble of that name, if it has one, else of all.
func newHang(reason, name string, left bool) *Hang {
	h := &Hang{Left: left, Reason: reason, Describe: func() (place, stacks string) { return describeGoroutines(name) }}
	if !left {
		h.Look() // they may go on
	}
	return h
}

// describeGoroutines returns the place and the stacks of a [Hang].
func describeGoroutines(name string) (place, stacks string) {
	all := goroutinesIn(name)
	for _, g := range all {
		if len(stacks)+len(g.text) < 64<<10 {
			stacks += g.text + "\n\n"
		}
	}
	return placeAtFault(all), stacks
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

// Unwrap returns the value of the panic if it is an error.
func (e *panicError) Unwrap() error {
	err, _ := e.value.(error)
	return err
}
