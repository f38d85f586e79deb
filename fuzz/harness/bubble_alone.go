package harness

import (
	"runtime"
	"sync"
)

var alone sync.Mutex

// BubbleAlone is [Bubble] for a library that keeps timers, channels or the like in a sync.Pool: what
// was made in one bubble is fatal in another. It lets in one bubble at a time, and collects garbage
// twice after each, which empties every sync.Pool.
// Only what calls BubbleAlone waits; do not run Bubble over the same library at the same time.
func BubbleAlone(f func()) {
	alone.Lock()
	defer alone.Unlock()
	defer func() {
		runtime.GC()
		runtime.GC()
	}()
	Bubble(f)
}
