package subject_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	coder "github.com/coder/websocket"
	gobwas "github.com/gobwas/ws"
	gorilla "github.com/gorilla/websocket"
	"github.com/lxzan/gws"

	"github.com/pongcheck/pongcheck/frame"
)

// A frame codec for tests is of use only if it costs next to nothing beside the
// library under test. These benchmarks put package frame next to four of them.
//
// Every library reads the same stream from the same connection in memory, in
// the cheapest of its documented ways, into buffers that are used again, and
// does nothing on a ping or a pong. The connection repeats the stream b.N times
// and ends, so that handshakes and buffers are paid before the clock starts.
//
// Package frame takes bytes and not a reader: lib=pongcheck gets the stream as it
// lies in memory, lib=pongcheck-reader pays for copying it from the connection
// as the libraries do. lib=gobwas reads from the connection too, which is
// cheaper here than its usual bufio.Reader, lib=gobwas-bufio.

const benchFrames = 10_000

// benchStream is 10,000 frames, the same in every run. Of ten steps three are a
// ping and three a pong of up to 125 bytes, three a text of 10 to 2000 bytes,
// and one is a message of three such fragments with a ping between them. messages
// is how many bytes the messages have together.
func benchStream(masked bool) (stream []byte, messages int64) {
	r := rand.New(rand.NewPCG(6455, 1566))
	text := []byte(strings.Repeat("the quick brown fox pings over the lazy dog. ", 50))
	frames := 0
	add := func(op frame.Opcode, fin bool, size int) {
		if frames == benchFrames {
			return
		}
		frames++
		if !op.Control() {
			messages += int64(size)
		}
		h := frame.Header{Fin: fin, Opcode: op, Masked: masked, Length: uint64(size)}
		if masked {
			h.Key = [4]byte{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())}
		}
		stream = frame.Append(stream, h, text[:size])
	}
	for frames < benchFrames {
		switch r.IntN(10) {
		case 0, 1, 2:
			add(frame.Ping, true, r.IntN(126))
		case 3, 4, 5:
			add(frame.Pong, true, r.IntN(126))
		case 6, 7, 8:
			add(frame.Text, true, 10+r.IntN(1991))
		default:
			add(frame.Text, false, 10+r.IntN(1991))
			add(frame.Ping, true, r.IntN(126))
			add(frame.Continuation, false, 10+r.IntN(1991))
			add(frame.Continuation, true, 10+r.IntN(1991))
		}
	}
	return stream, messages
}

// benchRepeat reads stream a number of times.
type benchRepeat struct {
	stream []byte
	at     int
	left   int
}

func (r *benchRepeat) Read(p []byte) (int, error) {
	if r.at == len(r.stream) {
		r.at = 0
		r.left--
	}
	if r.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p, r.stream[r.at:])
	r.at += n
	return n, nil
}

// benchConn is a connection whose peer accepts the handshake, then sends input,
// and hears nothing.
type benchConn struct {
	input  io.Reader
	answer io.Reader // the server's handshake, as long as it lasts
}

func (c *benchConn) Read(p []byte) (int, error) {
	if c.answer != nil {
		if n, _ := c.answer.Read(p); n > 0 {
			return n, nil
		}
		c.answer = nil
	}
	return c.input.Read(p)
}

func (c *benchConn) Write(p []byte) (int, error) {
	// Some write Sec-WebSocket-Key, others the canonical Sec-Websocket-Key.
	if _, key, ok := strings.Cut(string(p), "ocket-Key: "); ok {
		key, _, _ = strings.Cut(key, "\r\n")
		c.answer = strings.NewReader("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n" +
			"Connection: Upgrade\r\nSec-WebSocket-Accept: " + benchAcceptKey(key) + "\r\n\r\n")
	}
	return len(p), nil
}

func (c *benchConn) Close() error                     { return nil }
func (c *benchConn) LocalAddr() net.Addr              { return &net.TCPAddr{} }
func (c *benchConn) RemoteAddr() net.Addr             { return &net.TCPAddr{} }
func (c *benchConn) SetDeadline(time.Time) error      { return nil }
func (c *benchConn) SetReadDeadline(time.Time) error  { return nil }
func (c *benchConn) SetWriteDeadline(time.Time) error { return nil }

func benchAcceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// benchHijack is the response writer of a server whose client is c.
type benchHijack struct {
	http.ResponseWriter
	c net.Conn
}

func (h benchHijack) Header() http.Header { return http.Header{} }
func (h benchHijack) WriteHeader(int)     {}
func (h benchHijack) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return h.c, bufio.NewReadWriter(bufio.NewReaderSize(h.c, benchReadSize), bufio.NewWriter(h.c)), nil
}

func benchUpgrade() *http.Request {
	r, _ := http.NewRequest("GET", "http://bench.test/", nil)
	r.Header = http.Header{
		"Upgrade": {"websocket"}, "Connection": {"Upgrade"},
		"Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {"dGhlIHNhbXBsZSBub25jZQ=="},
	}
	return r
}

// benchReadSize is the read buffer of every library that lets one choose.
const benchReadSize = 16 << 10

// Each decoder opens its end (a server's when masked) and returns the function
// that reads until the connection ends, and how much payload that was.
var benchLibs = []struct {
	lib  string
	open func(b *testing.B, c *benchConn, masked bool) func() int64
}{
	{"pongcheck", func(b *testing.B, c *benchConn, masked bool) func() int64 {
		var d frame.Decoder
		in := c.input.(*benchRepeat)
		return func() (sum int64) {
			for range in.left {
				for p := in.stream; len(p) > 0; {
					f, n := d.Next(p)
					p = p[n:]
					if f != nil && !f.Opcode.Control() {
						sum += int64(len(f.Payload))
					}
				}
			}
			return sum
		}
	}},
	{"pongcheck-reader", func(b *testing.B, c *benchConn, masked bool) func() int64 {
		var d frame.Decoder
		buf := make([]byte, benchReadSize)
		return func() (sum int64) {
			for {
				n, err := c.Read(buf)
				if err != nil {
					return sum
				}
				for p := buf[:n]; len(p) > 0; {
					f, used := d.Next(p)
					p = p[used:]
					if f != nil && !f.Opcode.Control() {
						sum += int64(len(f.Payload))
					}
				}
			}
		}
	}},
	{"gobwas", func(b *testing.B, c *benchConn, masked bool) func() int64 {
		payload := make([]byte, 4096)
		return func() (sum int64) {
			for {
				h, err := gobwas.ReadHeader(c)
				if err != nil {
					return sum
				}
				p := payload[:h.Length]
				if _, err := io.ReadFull(c, p); err != nil {
					b.Fatal(err)
				}
				if h.Masked {
					gobwas.Cipher(p, h.Mask, 0)
				}
				if !h.OpCode.IsControl() {
					sum += h.Length
				}
			}
		}
	}},
	{"gobwas-bufio", func(b *testing.B, c *benchConn, masked bool) func() int64 {
		r := bufio.NewReaderSize(c, benchReadSize)
		payload := make([]byte, 4096)
		return func() (sum int64) {
			for {
				h, err := gobwas.ReadHeader(r)
				if err != nil {
					return sum
				}
				p := payload[:h.Length]
				if _, err := io.ReadFull(r, p); err != nil {
					b.Fatal(err)
				}
				if h.Masked {
					gobwas.Cipher(p, h.Mask, 0)
				}
				if !h.OpCode.IsControl() {
					sum += h.Length
				}
			}
		}
	}},
	{"gorilla", func(b *testing.B, c *benchConn, masked bool) func() int64 {
		var conn *gorilla.Conn
		var err error
		if masked {
			conn, err = (&gorilla.Upgrader{ReadBufferSize: benchReadSize}).Upgrade(benchHijack{c: c}, benchUpgrade(), nil)
		} else {
			d := gorilla.Dialer{ReadBufferSize: benchReadSize,
				NetDialContext: func(context.Context, string, string) (net.Conn, error) { return c, nil }}
			conn, _, err = d.Dial("ws://bench.test/", nil)
		}
		if err != nil {
			b.Fatal(err)
		}
		conn.SetPingHandler(func(string) error { return nil })
		conn.SetPongHandler(func(string) error { return nil })
		buf := make([]byte, benchReadSize)
		return func() (sum int64) {
			for {
				_, r, err := conn.NextReader()
				if err != nil {
					return sum
				}
				sum += benchDrain(r, buf)
			}
		}
	}},
	{"coder", func(b *testing.B, c *benchConn, masked bool) func() int64 {
		var conn *coder.Conn
		var err error
		ping := func(context.Context, []byte) bool { return false }
		if masked {
			conn, err = coder.Accept(benchHijack{c: c}, benchUpgrade(), &coder.AcceptOptions{OnPingReceived: ping})
		} else {
			conn, _, err = coder.Dial(b.Context(), "ws://bench.test/", &coder.DialOptions{
				HTTPClient: &http.Client{Transport: benchTransport{c}}, OnPingReceived: ping})
		}
		if err != nil {
			b.Fatal(err)
		}
		conn.SetReadLimit(-1)
		buf := make([]byte, benchReadSize)
		return func() (sum int64) {
			for {
				_, r, err := conn.Reader(context.Background())
				if err != nil {
					return sum
				}
				sum += benchDrain(r, buf)
			}
		}
	}},
	{"gws", func(b *testing.B, c *benchConn, masked bool) func() int64 {
		var conn *gws.Conn
		var err error
		counter := &benchGWS{}
		if masked {
			conn, err = gws.NewUpgrader(counter, &gws.ServerOption{ReadBufferSize: benchReadSize}).
				Upgrade(benchHijack{c: c}, benchUpgrade())
		} else {
			conn, _, err = gws.NewClientFromConn(counter,
				&gws.ClientOption{Addr: "ws://bench.test/", ReadBufferSize: benchReadSize}, c)
		}
		if err != nil {
			b.Fatal(err)
		}
		return func() int64 {
			conn.ReadLoop()
			return counter.sum
		}
	}},
}

// benchTransport is the transport of a client whose server is c.
type benchTransport struct{ c *benchConn }

func (s benchTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: 101, Body: s.c, Request: r, Header: http.Header{
		"Upgrade": {"websocket"}, "Connection": {"Upgrade"},
		"Sec-Websocket-Accept": {benchAcceptKey(r.Header.Get("Sec-WebSocket-Key"))},
	}}, nil
}

type benchGWS struct {
	gws.BuiltinEventHandler
	sum int64
}

func (*benchGWS) OnPing(*gws.Conn, []byte) {}
func (c *benchGWS) OnMessage(_ *gws.Conn, m *gws.Message) {
	c.sum += int64(m.Data.Len())
	m.Close()
}

func benchDrain(r io.Reader, buf []byte) (sum int64) {
	for {
		n, err := r.Read(buf)
		sum += int64(n)
		if err != nil {
			return sum
		}
	}
}

// BenchmarkDecodeStream reads 10,000 frames an iteration, and checks that every
// library saw the same messages.
func BenchmarkDecodeStream(b *testing.B) {
	for _, masked := range []bool{true, false} {
		name := "masked=false"
		if masked {
			name = "masked=true"
		}
		stream, want := benchStream(masked)
		for _, lib := range benchLibs {
			b.Run(name+"/lib="+lib.lib, func(b *testing.B) {
				read := lib.open(b, &benchConn{input: &benchRepeat{stream: stream, left: b.N}}, masked)
				b.SetBytes(int64(len(stream)))
				b.ReportAllocs()
				b.ResetTimer()
				if got := read(); got != want*int64(b.N) {
					b.Fatalf("read %d bytes of messages, want %d", got, want*int64(b.N))
				}
			})
		}
	}
}

// BenchmarkPing decodes a masked ping of 125 bytes from memory and encodes it
// again, masked with the same key.
func BenchmarkPing(b *testing.B) {
	key := [4]byte{0x0d, 0x90, 0x0f, 0x01}
	wire := frame.AppendFrame(nil, frame.Ping, bytes.Repeat([]byte("ping "), 25), true, key)

	b.Run("size=125/lib=pongcheck", func(b *testing.B) {
		var d frame.Decoder
		out := make([]byte, 0, 256)
		b.ReportAllocs()
		for b.Loop() {
			f, _ := d.Next(wire)
			out = frame.AppendFrame(out[:0], frame.Ping, f.Payload, f.Masked, f.Key)
		}
		if !bytes.Equal(out, wire) {
			b.Fatal("the ping changed")
		}
	})
	b.Run("size=125/lib=gobwas", func(b *testing.B) {
		var in bytes.Reader
		var out bytes.Buffer
		payload := make([]byte, 125)
		b.ReportAllocs()
		for b.Loop() {
			in.Reset(wire)
			out.Reset()
			h, err := gobwas.ReadHeader(&in)
			if err != nil {
				b.Fatal(err)
			}
			p := payload[:h.Length]
			if _, err := io.ReadFull(&in, p); err != nil {
				b.Fatal(err)
			}
			gobwas.Cipher(p, h.Mask, 0)
			f := gobwas.MaskFrameInPlaceWith(gobwas.NewPingFrame(p), h.Mask)
			if err := gobwas.WriteFrame(&out, f); err != nil {
				b.Fatal(err)
			}
		}
		if !bytes.Equal(out.Bytes(), wire) {
			b.Fatal("the ping changed")
		}
	})
}
