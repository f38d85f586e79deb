package turbo

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
)

// A Tracer runs inputs and returns their features. Only one goroutine may use it.
type Tracer struct {
	target   *Target
	counters *Counters // nil: none
	lanes    Lanes
	features []uint32
}

// NewTracer returns a tracer of t. Without counters, only lanes are features. It runs the empty
// input twice, to get over what happens only once in a process.
func NewTracer(t *Target) (*Tracer, error) {
	c, err := OpenCounters()
	if err != nil && !errors.Is(err, errNoCounters) {
		return nil, err
	}
	r := &Tracer{target: t, counters: c}
	for range 2 {
		r.Trace(nil)
	}
	return r, nil
}

// Trace runs in. The features are numbers below bound, each once and in no order. They have the
// same meaning only within one build of the binary, and are valid until the next call.
func (r *Tracer) Trace(in []byte) (signature string, features []uint32) {
	r.lanes.clearLit()
	if r.counters == nil {
		signature = r.runTarget(in)
		r.features = r.features[:0]
	} else {
		r.counters.Clear()
		signature = r.runTarget(in)
		r.features = r.counters.append(r.features[:0])
	}
	base := r.lanesFrom()
	for _, lane := range r.lanes.list {
		r.features = append(r.features, base+lane)
	}
	return signature, r.features
}

// bound is greater than every feature.
func (r *Tracer) bound() int { return int(r.lanesFrom()) + maxLanes }

func (r *Tracer) lanesFrom() uint32 {
	if r.counters == nil {
		return 0
	}
	return uint32(r.counters.Len()) * 8
}

// runTarget runs in without looking at features. A panic becomes a signature.
func (r *Tracer) runTarget(in []byte) (signature string) {
	defer func() {
		if v := recover(); v != nil {
			signature = fmt.Sprintf("panic %T in %s", v, panicOrigin())
		}
	}()
	return r.target.Run(in, &r.lanes)
}

// panicOrigin returns the function that panicked, when called from a deferred function: the first
// below panic that is not the runtime's.
func panicOrigin() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	panicked := false
	for {
		f, more := frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			panicked = true
		case panicked && !strings.HasPrefix(f.Function, "runtime."):
			return f.Function
		case !more:
			return "unknown"
		}
	}
}
