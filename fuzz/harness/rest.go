package harness

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
)

// Rest waits until every other goroutine of the bubble is blocked. It is the Rest of a
// [model.Implementation] with a [Race].
//
// If goroutines are held up, they may hold a mutex for which others wait, and
// synctest.Wait would wait for ever. Then Rest asks the runtime for the state of each
// goroutine. That may miss one that starts to collect garbage, for which the runtime
// takes it out of its bubble: a schedule may then be another one, but nothing is
// concluded from such a rest. For the race detector it puts nothing in order.
//
// It panics with a [*Hang] when goroutines do not come to rest.
func Rest(held bool) {
	if !held {
		restBubble()
		return
	}
	for look := range maxLooks {
		for range 8 {
			runtime.Gosched()
		}
		if allBlocked(goroutineStacks(), look < doubtfulLooks) {
			stepsDone.Add(1)
			return
		}
	}
	panic(newHang(fmt.Sprintf("goroutines did not come to rest in %d looks", maxLooks)))
}

// maxLooks is how often Rest looks before it takes a goroutine to run for ever.
const maxLooks = 100_000

// doubtfulLooks is for how many looks a goroutine outside of any bubble that goes on may be
// one of ours: longer than a collection needs to start.
const doubtfulLooks = 30

// goroutineStacks are the heads and stacks of all goroutines, this one first.
func goroutineStacks() []byte {
	buf := make([]byte, 64<<10)
	for {
		if n := runtime.Stack(buf, true); n < len(buf) {
			return buf[:n]
		}
		buf = make([]byte, 2*len(buf))
	}
}

// waitStates are the states of goroutines that only another goroutine can wake, or time.
var waitStates = []string{
	"chan receive", "chan send", "select", "sleep", "sync.Cond.Wait", "sync.Mutex.Lock",
	"sync.RWMutex.Lock", "sync.RWMutex.RLock", "sync.WaitGroup.Wait", "synctest.Run", "synctest.Wait",
}

// collectingStates are the states of a goroutine that starts to collect garbage.
var collectingStates = []string{"running", "runnable", "preempted", "semacquire"}

// allBlocked reports whether all goroutines in the bubble of the first are blocked, but
// that one. Those outside of any bubble count if doubt says so.
func allBlocked(stacks []byte, doubt bool) bool {
	_, bubble := parseHead(stacks)
	if bubble == "" {
		panic("fuzz: Rest was called outside of a bubble")
	}
	for i := 0; i < len(stacks); {
		state, in := parseHead(stacks[i:])
		if i > 0 && in == bubble && !slices.Contains(waitStates, state) {
			return false
		}
		if doubt && in == "" && slices.Contains(collectingStates, state) {
			return false
		}
		next := bytes.Index(stacks[i:], []byte("\n\n"))
		if next < 0 {
			break
		}
		i += next + 2
	}
	return true
}

// parseHead is the state of a goroutine and the name of its bubble, of a head such as
//
//	goroutine 588 [chan receive (durable), 2 minutes, synctest bubble 35]:
func parseHead(stack []byte) (state, bubble string) {
	line, _, _ := bytes.Cut(stack, []byte("\n"))
	_, line, _ = bytes.Cut(line, []byte("["))
	line, _, _ = bytes.Cut(line, []byte("]"))
	if i := bytes.LastIndex(line, []byte("synctest bubble ")); i >= 0 {
		bubble = string(line[i:])
	}
	line, _, _ = bytes.Cut(line, []byte(","))
	line, _, _ = bytes.Cut(line, []byte(" ("))
	return string(line), bubble
}
