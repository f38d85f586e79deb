package harness

import (
	"bytes"
	"fmt"
	"runtime"
	"slices"
)

// Rest waits until every other goroutine of the bubble is blocked. Use it as Rest of a
// [model.Implementation] with a [Race].
//
// If goroutines are held up, they may hold a mutex for which others wait, and synctest.Wait would
// never return. Then Rest asks the runtime for the state of each goroutine. It may miss a
// goroutine that starts a garbage collection, because the runtime takes it out of its bubble. The
// schedule may then be another one, but no verdict depends on such a rest. Rest orders nothing for
// the race detector.
//
// Rest panics with a [*Hang] if goroutines do not come to rest.
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
	panic(newHang(fmt.Sprintf("goroutines did not come to rest in %d looks", maxLooks), "", false))
}

// maxLooks is how often Rest looks before it takes a goroutine for one that runs for ever.
const maxLooks = 100_000

// doubtfulLooks is for how many looks a running goroutine outside of any bubble may be one of
// ours. It is longer than the start of a collection takes.
const doubtfulLooks = 30

// goroutineStacks returns the stacks of all goroutines, this one first.
func goroutineStacks() []byte {
	buf := make([]byte, 64<<10)
	for {
		if n := runtime.Stack(buf, true); n < len(buf) {
			return buf[:n]
		}
		buf = make([]byte, 2*len(buf))
	}
}

// waitStates are the states of a goroutine that only another goroutine, or time, can wake.
var waitStates = []string{
	"chan receive", "chan send", "select", "sleep", "sync.Cond.Wait", "sync.Mutex.Lock",
	"sync.RWMutex.Lock", "sync.RWMutex.RLock", "sync.WaitGroup.Wait", "synctest.Run", "synctest.Wait",
}

// collectingStates are the states of a goroutine that starts a garbage collection.
var collectingStates = []string{"running", "runnable", "preempted", "semacquire"}

// allBlocked reports whether all goroutines in the bubble of the first one are blocked, except the
// first. If doubt is set, goroutines outside of any bubble count too.
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

// parseHead returns the state of a goroutine and the name of its bubble, from a head such as
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
