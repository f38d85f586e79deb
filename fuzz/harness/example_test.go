package harness_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// conn is a small library: the server's end of a connection. Its reader answers Pings
// and calls OnPong. It has a bug: it takes a payload for a C string.
type conn struct {
	net    net.Conn
	mu     sync.Mutex // one frame at a time
	OnPong func(payload []byte)
}

func upgrade(w http.ResponseWriter, r *http.Request) (*conn, error) {
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	w.Header().Set("Connection", "Upgrade")
	w.Header().Set("Upgrade", "websocket")
	w.Header().Set("Sec-WebSocket-Accept", base64.StdEncoding.EncodeToString(sum[:]))
	w.WriteHeader(http.StatusSwitchingProtocols)
	c, _, err := w.(http.Hijacker).Hijack()
	return &conn{net: c}, err
}

// WritePing sends a Ping and does not wait for its Pong.
func (c *conn) WritePing(payload []byte) error { return c.write(frame.Ping, payload) }

func (c *conn) write(op frame.Opcode, payload []byte) error {
	if len(payload) > frame.MaxControl {
		return errors.New("longer than 125 bytes")
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, err := c.net.Write(frame.AppendFrame(nil, op, payload, false, [4]byte{}))
	return err
}

// Read handles control frames until the connection ends.
func (c *conn) Read() error {
	defer c.net.Close()
	var decoder frame.Decoder
	buf := make([]byte, 512)
	for {
		n, err := c.net.Read(buf)
		if err != nil {
			return err
		}
		for b := buf[:n]; len(b) > 0; {
			f, n := decoder.Next(b)
			b = b[n:]
			switch {
			case f == nil:
			case f.Opcode == frame.Pong:
				c.OnPong(f.Payload)
			case f.Opcode == frame.Ping:
				payload, _, _ := bytes.Cut(f.Payload, []byte{0}) // the bug
				if err := c.write(frame.Pong, payload); err != nil {
					return err
				}
			case f.Opcode == frame.Close:
				return io.EOF
			}
		}
	}
}

// open is the adapter. The library only writes Pings and calls back, so harness.Pongs
// waits for it.
func open(h *harness.Host) (harness.Endpoint, error) {
	var c *conn
	var failed error
	if err := h.Accept(func(w http.ResponseWriter, r *http.Request) { c, failed = upgrade(w, r) }); err != nil {
		return harness.Endpoint{}, err
	}
	if failed != nil {
		return harness.Endpoint{}, failed
	}
	pongs := h.Pongs()
	c.OnPong = pongs.Got
	h.Go("Read", func() {
		defer h.Closed()
		_ = c.Read() // it returns when the connection ends
	})
	return harness.Endpoint{Ping: pongs.Ping(c.WritePing)}, nil
}

// An adapter for a library that writes Pings and calls back for Pongs, from scratch.
func Example() {
	impl := &model.Implementation{
		Name: "cstring", New: harness.Subject(open), Around: harness.Bubble,
		Info: model.Info{
			Can:   model.KindsOf(model.Ping, model.Cancel, model.Pong, model.RecvPing, model.Drop, model.EOF, model.Advance, model.Settle),
			Sees:  model.SeesFrames | model.SeesWaiters | model.SeesErrors | model.SeesClosed | model.SeesCrash,
			Roles: model.ServerRole,
			Given: true, // Endpoint.Ping takes a payload
			Cuts:  true, // over a Host, input can always come in pieces
		},
	}
	result, err := props.Run(context.Background(), model.RFC(), impl, props.Options{N: 300})
	if err != nil {
		fmt.Println(err)
	}
	for _, f := range result.Findings {
		if f.Verdict == model.FAILED {
			fmt.Printf("%s: %s\n%s", f.Class(), f.Sentence(), f.Shrunk)
		}
	}
	// Output:
	// pong.owed: the Ping 00 was not answered
	// pongcheck-trace 1
	// profile rfc
	// recv-ping 00
	// settle
	// pong.echo short: the Ping 61616100 was answered with 616161
	// pongcheck-trace 1
	// profile rfc
	// recv-ping 61616100
}
