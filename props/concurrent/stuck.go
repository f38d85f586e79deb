package concurrent

import (
	"slices"
	"sync/atomic"

	"github.com/pongcheck/pongcheck/model"
)

// runAround races t within impl.Around. It returns why that did not end, if so.
func runAround(impl *model.Implementation, t *model.Trace, free bool) (r *racing, hang *model.Hang) {
	var made atomic.Pointer[racing]
	defer func() {
		r = made.Load()
		if v := recover(); v != nil {
			var is bool
			if hang, is = v.(*model.Hang); !is || r == nil {
				panic(v)
			}
		}
	}()
	run := func() {
		r := newRacing(impl, t.Clone(), free)
		made.Store(r)
		r.runTrace()
	}
	if impl.Around != nil {
		impl.Around(run)
	} else {
		run()
	}
	return nil, nil
}

// stuckHistory returns the history of a run with goroutines that hang, or that are left. They
// may still have the history in their hands, so it is a copy.
func (r *racing) stuckHistory(hang *model.Hang) *History {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := *r.history
	h.Acts, h.Settles, h.Rested, h.Frames = slices.Clone(h.Acts), slices.Clone(h.Settles), slices.Clone(h.Rested), slices.Clone(h.Frames)
	h.Ends, h.KeepEnds = slices.Clone(h.Ends), slices.Clone(h.KeepEnds)
	h.stuck, h.Left = hang, hang.Left
	h.Hang = h.Hang || !hang.Left
	return &h
}
