package harness

import (
	"bytes"
	"sync"
	"sync/atomic"
	"testing"
)

func TestRestSeesWhoWaitsForAMutex(t *testing.T) {
	Bubble(func() {
		var mu sync.Mutex
		var held, done atomic.Bool // Rest puts nothing in order for the race detector
		let := make(chan struct{})
		go func() {
			mu.Lock()
			defer mu.Unlock()
			held.Store(true)
			<-let
		}()
		Rest(true)
		if !held.Load() {
			t.Error("Rest returned before a goroutine had run to where it blocks")
		}
		go func() {
			mu.Lock()
			defer mu.Unlock()
			done.Store(true)
		}()
		Rest(true)
		if done.Load() {
			t.Error("a mutex was had twice")
		}
		close(let)
		Rest(true)
		if !done.Load() {
			t.Error("Rest returned although a goroutine could go on")
		}
	})
}

func TestHeadOfAGoroutine(t *testing.T) {
	for _, test := range []struct{ text, state, bubble string }{
		{"goroutine 588 [chan receive (durable), synctest bubble 35]:\nmain.f()", "chan receive", "synctest bubble 35"},
		{"goroutine 7 [select (no cases) (durable), 2 minutes, synctest bubble 3]:", "select", "synctest bubble 3"},
		{"goroutine 592 [sync.Mutex.Lock, synctest bubble 35]:", "sync.Mutex.Lock", "synctest bubble 35"},
		{"goroutine 27 [semacquire]:", "semacquire", ""},
		{"goroutine 1 [running]:", "running", ""},
	} {
		if state, bubble := parseHead([]byte(test.text)); state != test.state || bubble != test.bubble {
			t.Errorf("%s: state %q in %q", test.text, state, bubble)
		}
	}
}

// While it starts to collect garbage, a goroutine is in no bubble.
func TestWhoCollectsGarbageIsInDoubt(t *testing.T) {
	stacks := []byte("goroutine 1 [running, synctest bubble 3]:\nf()\n\ngoroutine 2 [select (durable), synctest bubble 3]:\ng()\n\ngoroutine 27 [semacquire]:\nh()\n")
	if allBlocked(stacks, true) || !allBlocked(stacks, false) {
		t.Error("want it to count as long as there is doubt")
	}
	if other := bytes.Replace(stacks, []byte("[semacquire]"), []byte("[running, synctest bubble 4]"), 1); !allBlocked(other, true) {
		t.Error("a goroutine of another bubble counts")
	}
}
