package harness

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// URL is what a client dials; [Host.Client] and Host.Conn lead there.
const URL = "ws://pongcheck.test/"

// clientRequest is the opening handshake of a client (RFC 6455 section 4.1), with the key
// of the RFC's example. acceptKey is what a server must answer to that key.
const (
	clientRequest = "GET / HTTP/1.1\r\nHost: pongcheck.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	acceptKey = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

const extensionsHeader = "Sec-WebSocket-Extensions"

// DeflateHeader returns the header line that asks for compression, or agrees to it
// (RFC 7692 section 7.1); it is empty without compression.
func DeflateHeader(d model.Deflate) string { return deflateHeader[d] }

// deflateHeader has the header line that offers or accepts compression (RFC 7692 section 7.1).
var deflateHeader = [...]string{
	model.NoDeflate: "",
	model.Takeover:  extensionsHeader + ": permessage-deflate\r\n",
	model.ResetEach: extensionsHeader + ": permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n",
}

func appendRequest(b []byte, d model.Deflate) []byte {
	return append(append(append(b, clientRequest...), deflateHeader[d]...), "\r\n"...)
}

// Accept is the door of a server. It calls handle with the request of the peer and a
// ResponseWriter that can be hijacked, as [http.Server] does. A library that shakes hands on the
// connection itself finds the same request in Host.Conn.
//
// handle must return after the handshake, since the trace begins when open returns. Read in
// [Host.Go]. If a handler must stay in its loop, call Accept itself in Host.Go, and let open wait
// until the handler has the connection.
func (h *Host) Accept(handle http.HandlerFunc) error {
	if h.Config.Role == model.Client {
		return errAcceptAsClient
	}
	w := &responseWriter{conn: h.Conn, header: http.Header{}, buf: bufio.NewReadWriter(
		bufio.NewReader(h.Conn), bufio.NewWriter(h.Conn))}
	r, err := http.ReadRequest(w.buf.Reader)
	if err != nil {
		return err
	}
	handle(w, r)
	return w.err
}

// responseWriter answers one request, or hands out the connection.
type responseWriter struct {
	conn   net.Conn
	buf    *bufio.ReadWriter
	header http.Header
	wrote  bool
	err    error
}

// Header returns the header that WriteHeader writes.
func (w *responseWriter) Header() http.Header { return w.header }

// WriteHeader writes the status and the header, once.
func (w *responseWriter) WriteHeader(status int) {
	if w.wrote {
		return
	}
	w.wrote = true
	fmt.Fprintf(w.buf, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	w.header.Write(w.buf)
	fmt.Fprint(w.buf, "\r\n")
	w.err = w.buf.Flush() // keeps the first error of the writes before
}

// Write makes [Host.Accept] return an error: a body is the reason of a refusal.
func (w *responseWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.err = fmt.Errorf("handshake refused: %s", bytes.TrimSpace(b))
	return len(b), nil
}

// Hijack hands out the connection.
func (w *responseWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) { return w.conn, w.buf, nil }

// Client is the door of a client: whatever it dials is Host.Conn. The body of a response with
// status 101 is an io.ReadWriteCloser, as with [http.Transport].
func (h *Host) Client() *http.Client { return &http.Client{Transport: dialer{h.Conn, h.Config.Role}} }

// The errors of a door that does not fit the role of the connection.
var (
	errAcceptAsClient = errors.New("Host.Accept opens a server, but here the library is the client: " +
		"set Info.Roles to model.ServerRole, or dial with Host.Client when Host.Config.Role is model.Client")
	errClientAsServer = errors.New("Host.Client opens a client, but here the library is the server: " +
		"set Info.Roles to model.ClientRole, or call Host.Accept when Host.Config.Role is model.Server")
)

// dialer is the transport of [Host.Client].
type dialer struct {
	conn net.Conn
	role model.Role // of the library
}

// RoundTrip sends r over the connection.
func (d dialer) RoundTrip(r *http.Request) (*http.Response, error) {
	if d.role == model.Server {
		return nil, errClientAsServer
	}
	if err := r.Write(d.conn); err != nil {
		return nil, err
	}
	in := bufio.NewReader(d.conn)
	resp, err := http.ReadResponse(in, r)
	if err == nil && resp.StatusCode == http.StatusSwitchingProtocols {
		resp.Body = upgraded{in, d.conn}
	}
	return resp, err
}

// upgraded is a connection of which some bytes may be buffered already.
type upgraded struct {
	io.Reader
	io.WriteCloser
}

// handshake is the peer's side of the opening handshake.
type handshake struct {
	received []byte // what the library wrote so far
	complete bool   // the library's head was read
	err      error  // what was wrong with it
}

func (s *handshake) checkDone() error {
	if !s.complete {
		return fmt.Errorf("handshake: the library wrote only %.200q", s.received)
	}
	return s.err
}

// answerHandshake takes what the library wrote. Once the head is complete it answers, and returns
// the bytes after the head.
func (h *Host) answerHandshake(b []byte) (rest []byte) {
	s := &h.shake
	s.received = append(s.received, b...)
	head, rest, ok := bytes.Cut(s.received, []byte("\r\n\r\n"))
	if !ok {
		return nil
	}
	s.complete = true
	in := bufio.NewReader(bytes.NewReader(s.received[:len(head)+4]))
	windowBits := 0 // how far back the library remembers what the peer compressed
	if h.Config.Role == model.Server {
		windowBits, s.err = checkResponse(in, h.Config.Deflate)
	} else {
		h.pipe.unread, windowBits, s.err = appendResponse(h.pipe.unread, in, h.Config.Deflate)
	}
	if w, ok := h.wire.(*webSocket); ok {
		w.peer.deflater.WindowBits = windowBits
	}
	return rest
}

// checkResponse returns an error if a client must not go on after this answer (RFC 6455 section
// 4.1), or if the answer does not accept what was offered. The peer heeds a client_max_window_bits
// that it did not offer.
func checkResponse(in *bufio.Reader, d model.Deflate) (windowBits int, err error) {
	resp, err := http.ReadResponse(in, nil)
	switch {
	case err != nil:
		return 0, fmt.Errorf("handshake: %w", err)
	case resp.StatusCode != http.StatusSwitchingProtocols:
		return 0, fmt.Errorf("handshake: the library answered %s", resp.Status)
	case resp.Header.Get("Sec-WebSocket-Accept") != acceptKey:
		return 0, fmt.Errorf("handshake: Sec-WebSocket-Accept is %.40q", resp.Header.Get("Sec-WebSocket-Accept"))
	}
	return windowBitsOf(resp.Header, "client_max_window_bits"), checkDeflate(resp.Header, d)
}

// appendResponse answers a client (RFC 6455 section 4.2.2). It agrees to a server_max_window_bits.
func appendResponse(b []byte, in *bufio.Reader, d model.Deflate) (_ []byte, windowBits int, err error) {
	r, err := http.ReadRequest(in)
	if err != nil {
		return b, 0, fmt.Errorf("handshake: %w", err)
	}
	header := deflateHeader[d]
	if d != model.NoDeflate {
		err = checkDeflate(r.Header, d)
		if windowBits = windowBitsOf(r.Header, "server_max_window_bits"); windowBits != 0 {
			header = fmt.Sprintf("%s; server_max_window_bits=%d\r\n", strings.TrimSuffix(header, "\r\n"), windowBits)
		}
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return fmt.Appendf(b, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Accept: %s\r\n%s\r\n", base64.StdEncoding.EncodeToString(sum[:]), header), windowBits, err
}

// windowBitsOf returns the value of a parameter of the first extension (RFC 7692 section 7.1.2); 0
// if it is not there or no size of a window.
func windowBitsOf(header http.Header, parameter string) int {
	extension, _, _ := strings.Cut(header.Get(extensionsHeader), ",")
	for p := range strings.SplitSeq(extension, ";") {
		name, value, _ := strings.Cut(p, "=")
		if strings.TrimSpace(name) != parameter {
			continue
		}
		if n, err := strconv.Atoi(strings.Trim(value, ` "`)); err == nil && 8 <= n && n <= 15 {
			return n
		}
	}
	return 0
}

// checkDeflate returns an error if the library refuses the compression of the trace, or wants one
// that nobody offered.
func checkDeflate(header http.Header, d model.Deflate) error {
	got := header.Get(extensionsHeader)
	has := strings.HasPrefix(got, "permessage-deflate")
	reset := strings.Contains(got, "server_no_context_takeover") && strings.Contains(got, "client_no_context_takeover")
	switch {
	case d == model.NoDeflate && got != "":
		return fmt.Errorf("handshake: extension %.40q, which nobody asked for", got)
	case has != (d != model.NoDeflate), reset != (d == model.ResetEach):
		return fmt.Errorf("handshake: compression %.80q: %w", got, errors.ErrUnsupported)
	}
	return nil
}
