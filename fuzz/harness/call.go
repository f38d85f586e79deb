package harness

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// call is a call of Endpoint.Ping or Endpoint.PingAny.
type call struct {
	n         int                // number of the ping in the trace
	chosen    bool               // the library chooses the payload
	payload   string             // otherwise this is it
	cancel    context.CancelFunc // of its context
	cancelled bool               // an op cancelled it
	sent      bool               // its Ping frame was seen
	done      bool               // it returned
}

// startPing calls do in a goroutine. do sends the Ping of ev and waits for its acknowledgement.
// How the call ends is reported at the step in which it ends.
func (h *Host) startPing(ev *model.Event, kind Classify, do func(ctx context.Context) error) {
	ctx, cancel := context.WithCancel(context.Background())
	c := &call{n: ev.N, chosen: ev.Chosen, payload: ev.Data, cancel: cancel}
	h.mu.Lock()
	for len(h.calls) < c.n {
		h.calls = append(h.calls, nil)
	}
	h.calls[c.n-1] = c
	h.unsent = append(h.unsent, c)
	h.mu.Unlock()
	h.Go("Ping", func() {
		defer h.callReturned(c)
		err := do(ctx)
		h.addOutcome(func(out *model.Outcome, at time.Duration) {
			h.forgetUnsent(c) // a Ping that is seen from now on belongs to another call
			out.Resolutions = append(out.Resolutions, c.toResolution(err, kind, at))
		})
	})
}

// callReturned runs after the end of a call, even if the call panicked.
func (h *Host) callReturned(c *call) {
	c.cancel()
	h.mu.Lock()
	defer h.mu.Unlock()
	c.done = true
	h.forgetUnsent(c)
}

// forgetUnsent takes c out of the calls whose Ping may still be sent. The caller holds mu.
func (h *Host) forgetUnsent(c *call) {
	h.unsent = slices.DeleteFunc(h.unsent, func(u *call) bool { return u == c })
}

// toResolution says how the call ended. If a call fails after its Ping was seen, its waiter
// failed; otherwise the call was refused. It counts as cancelled if the trace cancelled it and its
// error says so, even if its frame was never seen.
func (c *call) toResolution(err error, kind Classify, at time.Duration) model.Resolution {
	r := model.Resolution{N: c.n, How: model.Acked, At: at}
	if err == nil {
		return r
	}
	r.Err, r.Name = kind(err)
	switch {
	case c.cancelled && r.Err == model.ErrCancelled:
		return model.Resolution{N: c.n, How: model.Cancelled, At: at}
	case c.sent:
		r.How = model.Failed
	default:
		r.How = model.Refused
	}
	return r
}

// markSent finds the call whose Ping was just written: the oldest unsent call with this payload,
// else the oldest unsent call whose payload the library chooses. The caller holds mu.
func (h *Host) markSent(payload string) {
	i := slices.IndexFunc(h.unsent, func(c *call) bool { return !c.chosen && c.payload == payload })
	if i < 0 {
		i = slices.IndexFunc(h.unsent, func(c *call) bool { return c.chosen })
	}
	if i >= 0 {
		h.unsent[i].sent = true
		h.unsent = slices.Delete(h.unsent, i, i+1)
	}
}

// cancelPing cancels the context of ping n, if there is such a ping and its call has not returned.
func (h *Host) cancelPing(n int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n < 1 || n > len(h.calls) || h.calls[n-1] == nil || h.calls[n-1].done {
		return
	}
	h.calls[n-1].cancelled = true
	h.calls[n-1].cancel()
}

// startCall runs any other call of the application in a goroutine. Its error is reported at the
// step in which it returns; the first error of a step counts.
func (h *Host) startCall(where string, kind Classify, do func() error) {
	h.Go(where, func() {
		err := do()
		if err == nil {
			return
		}
		h.addOutcome(func(out *model.Outcome, _ time.Duration) {
			if out.Err == model.NoError {
				out.Err, out.ErrName = kind(err)
			}
		})
	})
}

// Classify maps an error of a library to a kind. It also returns the library's own word for the
// error, which is only shown.
type Classify func(err error) (model.ErrKind, string)

// KindOf is the [Classify] for errors of the standard library, wrapped or not. All other errors
// are [model.ErrOther]. The word is the text of the innermost error, at most 60 bytes of it.
func KindOf(err error) (model.ErrKind, string) {
	is := func(targets ...error) bool {
		return slices.ContainsFunc(targets, func(t error) bool { return errors.Is(err, t) })
	}
	kind := model.ErrOther
	switch {
	case is(context.Canceled):
		kind = model.ErrCancelled
	case is(context.DeadlineExceeded, os.ErrDeadlineExceeded):
		kind = model.ErrTimeout
	case is(net.ErrClosed, io.EOF, io.ErrUnexpectedEOF, io.ErrClosedPipe, errBroken):
		kind = model.ErrClosed
	}
	return kind, innermostText(err)
}

func innermostText(err error) string {
	for {
		inner := errors.Unwrap(err)
		if inner == nil {
			break
		}
		err = inner
	}
	return err.Error()[:min(60, len(err.Error()))]
}
