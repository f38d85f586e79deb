package harness

import (
	"cmp"
	"net"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Host is one connection, as an adapter sees it. The adapter takes the transport from it and
// reports to it what the library does. Its methods can be called from any goroutine.
type Host struct {
	Conn   net.Conn     // the library's end of the transport
	Config model.Config // role, keepalive, compression: open must set them up

	pipe         *pipe     // the transport
	shake        handshake // the opening handshake
	wire         Wire      // the protocol that the peer speaks
	foreign      bool      // that is not WebSocket
	partialFrame []byte    // bytes written since the last whole frame
	joined       []byte    // bytes of the peer that wait for those of its next event

	mu         sync.Mutex           // guards what follows
	openedAt   time.Time            // outcomes count time from here
	out        *model.Outcome       // of the current step; nil between steps
	onOutcome  func(*model.Outcome) // in a race: gets each outcome at once; else nil
	calls      []*call              // calls of ping n, at index n-1
	unsent     []*call              // calls whose Ping was not seen yet
	pongs      *Pongs               // the adapter's Pongs, or nil
	closedOnce sync.Once            // runs the first Closed
	toldOnce   sync.Once            // runs the first Told
	done       chan struct{}        // closed by Closed
	goroutines int                  // how many goroutines of Go run
}

func newHost(cfg model.Config) *Host {
	h := &Host{Config: cfg, pipe: newPipe(cfg.Cut), done: make(chan struct{})}
	h.Conn = h.pipe
	h.pipe.onWrite, h.pipe.onClose = h.parseWritten, h.addEOF
	h.wire = newWebSocket(cfg)
	h.pipe.unread = h.wire.Hello()
	return h
}

// Go runs f in a goroutine. where names it in findings: "Read", for example. A panic of f is
// reported as a crash there. f must return at the end of a trace, when the transport has broken.
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
	v, stack := recover(), ""
	if v != nil {
		stack = string(debug.Stack())
	}
	h.addOutcome(func(out *model.Outcome, _ time.Duration) {
		if v != nil && out.Crash.Class == "" {
			out.Crash = model.CrashOf(where, v)
			out.Crash.Stack = stack
		}
	})
	h.mu.Lock()
	h.goroutines--
	h.mu.Unlock()
}

// Message reports a message that reached the application.
func (h *Host) Message(text bool, p []byte) {
	h.addOutcome(func(out *model.Outcome, at time.Duration) {
		out.Messages = append(out.Messages, model.Message{Text: text, Data: string(p), At: at})
	})
}

// Latency reports the latency of the connection as the library knows it. Call it whenever that
// changes.
func (h *Host) Latency(d time.Duration) {
	h.addOutcome(func(out *model.Outcome, _ time.Duration) { out.Timed, out.Latency = true, d })
}

// Told reports what the library tells the application of the end of the connection: the code of the
// Close, 0 if it tells none, and whether it calls the end a clean one. Only the first call counts.
func (h *Host) Told(code int, clean bool) {
	h.toldOnce.Do(func() {
		h.addOutcome(func(out *model.Outcome, _ time.Duration) { out.Told = model.Told{Said: true, Code: code, Clean: clean} })
	})
}

// Closed reports that the library is done with the connection: its reader returned an error and
// the application closed it, if the library asks for that; or its callback was called. Only the
// first call counts. "When a subject is closed" in package model has more cases.
func (h *Host) Closed() {
	h.closedOnce.Do(func() {
		close(h.done)
		h.addOutcome(func(out *model.Outcome, at time.Duration) { out.Closed, out.ClosedAt = true, at })
	})
}

// Done returns a channel that the first call of [Host.Closed] closes. Use it to stop what the
// library would leave running: h.Go("Close", func() { <-h.Done(); m.Close() }).
func (h *Host) Done() <-chan struct{} { return h.done }

// addOutcome lets add write into the outcome of the current step. Between steps it does nothing:
// what happens during the handshake and after the end is not part of the trace.
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

// beginStep begins a step: what happens from now on is written into out.
func (h *Host) beginStep(out *model.Outcome) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.out = out
}

// endStep ends a step. Waiters that end at the same instant do so in any order, so they are sorted
// by number.
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

// addFrame reports a frame that the library wrote.
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

// addEOF reports that the library closed its end, unless the transport broke before.
func (h *Host) addEOF(broken bool) {
	if !broken {
		h.addOutcome(func(out *model.Outcome, at time.Duration) { out.WroteEOF, out.EOFAt = true, at })
	}
}
