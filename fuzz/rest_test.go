package fuzz

import (
	"sync"
	"testing"
)

func TestRestSeesWhoWaitsForAMutex(t *testing.T) {
	Bubble(func() {
		var mu sync.Mutex
		var held, done bool
		let := make(chan struct{})
		go func() {
			mu.Lock()
			defer mu.Unlock()
			held = true
			<-let
		}()
		Rest()
		if !held {
			t.Error("Rest returned before a goroutine had run to where it blocks")
		}
		go func() {
			mu.Lock()
			defer mu.Unlock()
			done = true
		}()
		Rest()
		if done {
			t.Error("a mutex was had twice")
		}
		close(let)
		Rest()
		if !done {
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
