package harness

import (
	"context"
	"net"
	"slices"
	"sync"
)

// Pongs waits for Pongs in place of a library that does not. Such a library only writes a Ping,
// and calls back with the payload of each Pong. Pongs does the least that an application would do.
// A Pong wakes the waiter for its payload, and all waiters whose Pings were sent before: a peer
// may answer the newest of several Pings alone (RFC 6455 section 5.5.3). So an acknowledged waiter
// means that the library delivered the Pong.
type Pongs struct {
	host   *Host
	mu     sync.Mutex
	unsent []*pongWait // waiters whose Ping was not sent yet, in the order of the calls
	sent   []*pongWait // waiters whose Ping was sent, in the order of the wire
}

type pongWait struct {
	payload string
	pong    chan struct{}
}

// Pongs returns the place to wait in; call it once. Its waiters end when the connection is closed,
// see [Host.Closed].
func (h *Host) Pongs() *Pongs {
	p := &Pongs{host: h}
	h.mu.Lock()
	h.pongs = p
	h.mu.Unlock()
	return p
}

// Got takes the payload of a Pong; call it in the library's callback. A Pong that comes before its
// Ping was sent wakes nobody.
func (p *Pongs) Got(payload []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, w := range slices.Backward(p.sent) {
		if w.payload == string(payload) {
			for _, w := range p.sent[:i+1] {
				close(w.pong)
			}
			p.sent = p.sent[i+1:]
			return
		}
	}
}

// pingLeft marks the Ping with this payload as sent.
func (p *Pongs) pingLeft(payload string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.IndexFunc(p.unsent, func(w *pongWait) bool { return w.payload == payload }); i >= 0 {
		p.sent = append(p.sent, p.unsent[i])
		p.unsent = slices.Delete(p.unsent, i, i+1)
	}
}

// Ping makes an [Endpoint.Ping] of a function that only writes the frame.
func (p *Pongs) Ping(write func(payload []byte) error) func(ctx context.Context, payload []byte) error {
	return func(ctx context.Context, payload []byte) error {
		w := &pongWait{string(payload), make(chan struct{})}
		p.mu.Lock()
		p.unsent = append(p.unsent, w)
		p.mu.Unlock()
		if err := write(payload); err != nil {
			p.forgetWait(w)
			return err
		}
		var err error
		select {
		case <-w.pong:
			return nil
		case <-ctx.Done():
			err = ctx.Err()
		case <-p.host.Done():
			err = net.ErrClosed
		}
		select {
		case <-w.pong: // came first, or at the same moment
			return nil
		default:
			return err
		}
	}
}

// forgetWait removes a Ping that was not written. A Ping whose waiter was cancelled keeps its
// place: it is on the wire.
func (p *Pongs) forgetWait(w *pongWait) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unsent = slices.DeleteFunc(p.unsent, func(v *pongWait) bool { return v == w })
}
