package harness

import "github.com/pongcheck/pongcheck/model"

// Race makes subjects that many goroutines call at once, from the same open as [Subject]. Use it
// as Race of a [model.Implementation] with Around [Bubble] and Rest [Rest]. It may hold up a
// goroutine before and after each write to the transport and after each read, with whatever locks
// of the library that goroutine holds.
func Race(open func(h *Host) (Endpoint, error)) func(w model.Witness) model.Racer {
	return func(w model.Witness) model.Racer { return &racer{subject: subject{open: open}, witness: w} }
}

// racer starts the calls that it is asked for. It waits only at its opening and its end.
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
		r.witness.See(&out) // a hang is known only now
	default:
		r.startOp(ev)
	}
}
