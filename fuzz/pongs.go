package fuzz

import (
	"bytes"
	"context"
	"net"
	"slices"
	"sync"
)

// Pongs waits for pongs where the library does not: where a ping is only written,
// and a callback gets the payload of each Pong. It is the least that an application
// would do: whoever waits for exactly that payload is woken. So what an outcome
// then calls acknowledged was delivered by the library.
type Pongs struct {
	host    *Host
	mu      sync.Mutex
	waiting []*wait
}

type wait struct {
	payload []byte
	pong    chan struct{}
}

// Pongs makes a place to wait in. Waiters end when the connection is closed, see
// [Host.Closed].
func (h *Host) Pongs() *Pongs { return &Pongs{host: h} }

// Got is for the callback: it wakes all who wait for payload.
func (p *Pongs) Got(payload []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = slices.DeleteFunc(p.waiting, func(w *wait) bool {
		if !bytes.Equal(w.payload, payload) {
			return false
		}
		close(w.pong)
		return true
	})
}

// Ping makes an [Endpoint.Ping] of a function that only writes the frame.
func (p *Pongs) Ping(write func(payload []byte) error) func(ctx context.Context, payload []byte) error {
	return func(ctx context.Context, payload []byte) error {
		w := &wait{payload, make(chan struct{})}
		p.mu.Lock()
		p.waiting = append(p.waiting, w)
		p.mu.Unlock()
		defer p.forget(w)
		if err := write(payload); err != nil {
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

func (p *Pongs) forget(w *wait) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = slices.DeleteFunc(p.waiting, func(v *wait) bool { return v == w })
}
