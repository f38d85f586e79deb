package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// toy is a small honest endpoint for the tests of the harness: it answers Pings,
// and acknowledges its own by their payload. Its Send is a puppet's, so that it
// misbehaves on demand: see send.
type toy struct {
	*Host
	conn io.ReadWriteCloser
	dec  frame.Decoder

	mu    sync.Mutex
	pings map[string]chan struct{}
	last  int
}

var (
	errTooLong   = errors.New("too long")
	errDuplicate = errors.New("duplicate")
)

func openToy(h *Host) (Endpoint, error) {
	ep, _, err := newToy(h)
	return ep, err
}

func newToy(h *Host, before ...func(*toy)) (Endpoint, *toy, error) {
	if h.Config.Interval != 0 {
		return Endpoint{}, nil, errors.ErrUnsupported
	}
	t := &toy{Host: h, pings: map[string]chan struct{}{}}
	if err := t.shakeHands(); err != nil {
		return Endpoint{}, nil, err
	}
	for _, f := range before {
		f(t)
	}
	h.Go("Read", t.read)
	return Endpoint{Ping: t.ping, PingAny: t.pingAny, Close: t.close, Send: t.send, Pong: t.pong, Kind: toyKind}, t, nil
}

func (t *toy) shakeHands() error {
	if t.Config.Role == model.Server {
		return t.Accept(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Connection", "Upgrade")
			w.Header().Set("Upgrade", "websocket")
			w.Header().Set("Sec-WebSocket-Accept", acceptKey)
			w.WriteHeader(http.StatusSwitchingProtocols)
			t.conn, _, _ = w.(http.Hijacker).Hijack()
		})
	}
	resp, err := t.Client().Get("http://pongcheck.test/")
	if err == nil {
		t.conn = resp.Body.(io.ReadWriteCloser)
	}
	return err
}

func (t *toy) read() {
	defer t.Closed()
	defer t.conn.Close()
	buf := make([]byte, 512)
	for {
		n, err := t.conn.Read(buf)
		if err != nil {
			return
		}
		for b := buf[:n]; len(b) > 0; {
			f, n := t.dec.Next(b)
			b = b[n:]
			if f != nil && !t.got(f) {
				return
			}
		}
	}
}

// got handles a frame; it is false at the end of the connection.
func (t *toy) got(f *frame.Frame) bool {
	switch f.Opcode {
	case frame.Ping:
		t.write(frame.Pong, f.Payload)
	case frame.Pong:
		t.mu.Lock()
		if pong, ok := t.pings[string(f.Payload)]; ok {
			close(pong)
			delete(t.pings, string(f.Payload))
		}
		t.mu.Unlock()
	case frame.Close:
		t.write(frame.Close, f.Payload)
		return false
	default:
		t.Message(f.Opcode == frame.Text, f.Payload)
	}
	return true
}

func (t *toy) write(op frame.Opcode, p []byte) error {
	_, err := t.conn.Write(frame.AppendFrame(nil, op, p, t.Config.Role == model.Client, [4]byte{1, 2, 3, 4}))
	return err
}

func (t *toy) ping(ctx context.Context, p []byte) error {
	t.mu.Lock()
	_, taken := t.pings[string(p)]
	pong := make(chan struct{})
	if !taken && len(p) <= frame.MaxControl {
		t.pings[string(p)] = pong
	}
	t.mu.Unlock()
	switch {
	case taken:
		return errDuplicate
	case len(p) > frame.MaxControl:
		return errTooLong
	}
	if err := t.write(frame.Ping, p); err != nil {
		return err
	}
	var err error
	select {
	case <-pong:
		return nil
	case <-ctx.Done():
		err = fmt.Errorf("waiting: %w", ctx.Err())
	case <-t.Done():
		err = io.EOF
	}
	select {
	case <-pong: // came first: its place was given to another already
		return nil
	default:
		return err
	}
}

func (t *toy) pingAny(ctx context.Context) error {
	t.last++
	return t.ping(ctx, []byte(strconv.Itoa(t.last)))
}

func (t *toy) close(code int) error {
	return t.write(frame.Close, frame.AppendClose(nil, frame.CloseCode(code), ""))
}

func (t *toy) pong(p []byte) error { return t.write(frame.Pong, p) }

// send sends a text message, but for some, and writes a binary one as it is.
func (t *toy) send(text bool, p []byte) error {
	switch {
	case !text:
		_, err := t.conn.Write(p)
		return err
	case string(p) == "panic":
		panic("told so")
	case string(p) == "ping":
		return t.write(frame.Ping, nil)
	case string(p) == "stuck":
		select {}
	case string(p) == "stuck until the end":
		<-t.Done()
	case string(p) == "leak":
		go func() { select {} }()
	case string(p) == "late":
		go func() { time.Sleep(100 * time.Microsecond) }()
	case string(p) == "lock":
		t.mu.Lock()
		t.mu.Lock()
	}
	return t.write(frame.Text, p)
}

func toyKind(err error) (model.ErrKind, string) {
	switch {
	case errors.Is(err, errTooLong):
		return model.ErrTooLong, ""
	case errors.Is(err, errDuplicate):
		return model.ErrDuplicate, ""
	}
	return KindOf(err)
}
