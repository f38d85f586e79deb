package harness

import (
	"cmp"
	"fmt"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Host is what an adapter gets for one connection: the transport, and whom to
// tell what the library does. Its methods can be called from any goroutine.
type Host struct {
	Conn   net.Conn     // the library's end of the transport
	Config model.Config // how the connection is to be set up

	pipe         *pipe
	shake        handshake
	wire         Wire
	partialFrame []byte // written since the last whole frame

	mu         sync.Mutex
	openedAt   time.Time
	out        *model.Outcome       // of the step that runs; nil between steps
	onOutcome  func(*model.Outcome) // takes what happens at once, instead of at the end of the step; or nil
	calls      []*call              // of pings, by their numbers
	unsent     []*call              // those of them whose Ping was not seen
	pongs      *Pongs               // waits for the library; or nil
	closedOnce sync.Once
	done       chan struct{} // closed when the library takes the connection for closed
	goroutines int           // goroutines of Go
}

func newHost(cfg model.Config) *Host {
	h := &Host{Config: cfg, pipe: newPipe(cfg.Cut), done: make(chan struct{})}
	h.Conn = h.pipe
	h.pipe.onWrite, h.pipe.onClose = h.parseWritten, h.addEOF
	h.wire = newWebSocket(cfg)
	h.pipe.unread = h.wire.Hello()
	return h
}

// Go runs f in a goroutine, as where: "Read", say. A panic of f is reported as a
// crash there. At the end of a trace, when the transport has broken, f must return.
func (h *Host) Go(where string, f func()) {
	h.mu.Lock()
	h.goroutines++
	h.mu.Unlock()
	go func() {
		defer h.goroutineEnded(where)
		f()
	}()
}

func (h *Host) goroutineEnded(where string) {
	v := recover()
	h.addOutcome(func(out *model.Outcome, _ time.Duration) {
		if v != nil && out.Crash.Class == "" {
			out.Crash = model.Crash{Where: where, Class: fmt.Sprintf("%T", v), Text: fmt.Sprint(v)}
		}
	})
	h.mu.Lock()
	h.goroutines--
	h.mu.Unlock()
}

// Message tells of a message that reached the application.
func (h *Host) Message(text bool, p []byte) {
	h.addOutcome(func(out *model.Outcome, at time.Duration) {
		out.Messages = append(out.Messages, model.Message{Text: text, Data: string(p), At: at})
	})
}

// Latency tells the latency of the connection as the library knows it, whenever
// it changed.
func (h *Host) Latency(d time.Duration) {
	h.addOutcome(func(out *model.Outcome, _ time.Duration) { out.Timed, out.Latency = true, d })
}

// Closed tells that the library takes the connection for closed: its reader came
// back with an error, or its callback was called. Only the first call counts.
func (h *Host) Closed() {
	h.closedOnce.Do(func() {
		close(h.done)
		h.addOutcome(func(out *model.Outcome, at time.Duration) { out.Closed, out.ClosedAt = true, at })
	})
}

// Done is closed by the first [Host.Closed].
func (h *Host) Done() <-chan struct{} { return h.done }

// addOutcome adds to the outcome of the step that runs, if one does: what happens
// during the handshake and after the end is no part of the trace.
func (h *Host) addOutcome(add func(out *model.Outcome, at time.Duration)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.out == nil {
		return
	}
	add(h.out, time.Since(h.openedAt))
	if h.onOutcome != nil {
		h.onOutcome(h.out)
		h.out.Reset()
	}
}

// beginStep begins a step: what happens from now on belongs to out.
func (h *Host) beginStep(out *model.Outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.out = out
}

// endStep ends a step. Waiters that end at one instant do so in any order, so they
// are put in the order of their numbers.
func (h *Host) endStep() {
	h.mu.Lock()
	defer h.mu.Unlock()
	slices.SortStableFunc(h.out.Resolutions, func(a, b model.Resolution) int { return cmp.Compare(a.N, b.N) })
	h.out = nil
}

// parseWritten takes what the library wrote.
func (h *Host) parseWritten(b []byte) {
	if !h.shake.complete {
		b = h.answerHandshake(b)
	}
	for len(b) > 0 {
		f, n, whole := h.wire.Next(b)
		h.partialFrame = append(h.partialFrame, b[:n]...)
		b = b[n:]
		if whole {
			h.partialFrame = h.partialFrame[:0]
		}
		if f != nil {
			h.addFrame(*f)
		}
	}
}

// addFrame takes a frame of the library's.
func (h *Host) addFrame(f model.Frame) {
	h.addOutcome(func(out *model.Outcome, at time.Duration) {
		f.At = at
		out.Frames = append(out.Frames, f)
		if f.Opcode == frame.Ping {
			h.markSent(f.Data)
			if h.pongs != nil {
				h.pongs.pingLeft(f.Data)
			}
		}
	})
}

// addEOF takes note that the library closed its end.
func (h *Host) addEOF(broken bool) {
	if !broken {
		h.addOutcome(func(out *model.Outcome, at time.Duration) { out.WroteEOF, out.EOFAt = true, at })
	}
}
