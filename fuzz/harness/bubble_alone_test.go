package harness

import (
	"sync"
	"testing"
	"time"
)

// A timer that a library pools does not reach the next bubble, in which it would be fatal.
func TestBubbleAloneKeepsPoolsApart(t *testing.T) {
	var (
		timers sync.Pool
		made   int
		all    sync.WaitGroup
	)
	for range 4 {
		all.Go(func() {
			for range 5 {
				BubbleAlone(func() {
					timer, pooled := timers.Get().(*time.Timer)
					if !pooled {
						timer = time.NewTimer(time.Hour)
						made++
					}
					timer.Reset(time.Minute)
					<-timer.C
					timers.Put(timer)
				})
			}
		})
	}
	all.Wait()
	if made != 20 {
		t.Errorf("20 bubbles made %d timers", made)
	}
}
