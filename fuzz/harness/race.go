package harness

import "github.com/pongcheck/pongcheck/model"

// Race makes subjects of a library for many goroutines, of the same open as [Subject]
// does: it is the Race of a [model.Implementation] whose Around is [Bubble] and whose
// Rest is [Rest]. Goroutines are held up before and after each write to the transport
// and after each read, whatever locks of the library's they hold.
func Race(open func(h *Host) (Endpoint, error)) func(w model.Witness) model.Racer {
	return func(w model.Witness) model.Racer { return &racer{subject: subject{open: open}, witness: w} }
}

// racer starts what is asked of it and waits for nothing but its opening and its end.
type racer struct {
	subject
	witness model.Witness
}

// Do does ev. Goroutines of the calls are the subject's own.
func (r *racer) Do(ev *model.Event) {
	var out model.Outcome
	switch {
	case ev.Kind == model.Open:
		r.openConnection(ev.Config, &out)
		r.witness.See(&out)
		if h := r.host; h != nil {
			h.beginStep(new(model.Outcome))
			h.mu.Lock()
			h.onOutcome = r.witness.See
			h.mu.Unlock()
			h.pipe.mu.Lock()
			h.pipe.onPause = r.witness.Yield
			h.pipe.mu.Unlock()
		}
	case r.host == nil:
	case ev.Kind == model.End:
		r.endConnection(&out)
		r.witness.See(&out) // what is told only now: that it hangs
	default:
		r.startOp(ev)
	}
}
