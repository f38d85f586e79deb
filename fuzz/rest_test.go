package fuzz

import (
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
		Rest()
		if !held.Load() {
			t.Error("Rest returned before a goroutine had run to where it blocks")
		}
		go func() {
			mu.Lock()
			defer mu.Unlock()
			done.Store(true)
		}()
		Rest()
		if done.Load() {
			t.Error("a mutex was had twice")
		}
		close(let)
		Rest()
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
		{"goroutine 1 [running]:", "running", ""},
	} {
		if state, bubble := head([]byte(test.text)); state != test.state || bubble != test.bubble {
			t.Errorf("%s: state %q in %q", test.text, state, bubble)
		}
	}
}
