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
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// URL is what a client is to dial; [Host.Client] and Host.Conn lead there.
const URL = "ws://pongcheck.test/"

// The opening handshake of a client (RFC 6455 section 4.1) with the key of the
// RFC's example, and what the server must make of the key.
const (
	clientRequest = "GET / HTTP/1.1\r\nHost: pongcheck.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	acceptKey = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
)

const extensionsHeader = "Sec-WebSocket-Extensions"

// DeflateHeader returns the header line that asks for compression, or agrees to it
// (RFC 7692 section 7.1); it is empty without compression.
func DeflateHeader(d model.Deflate) string { return deflateHeader[d] }

var deflateHeader = [...]string{
	model.NoDeflate: "",
	model.Takeover:  extensionsHeader + ": permessage-deflate\r\n",
	model.ResetEach: extensionsHeader + ": permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n",
}

func appendRequest(b []byte, d model.Deflate) []byte {
	return append(append(append(b, clientRequest...), deflateHeader[d]...), "\r\n"...)
}

// Accept is the door of a server. It calls handle with the peer's request and a
// ResponseWriter that can be hijacked, as [http.Server] does. Libraries that shake
// hands on the connection itself find the same request in Host.Conn.
//
// handle must return after the handshake, since the trace begins when open has returned:
// read in [Host.Go]. A handler that reads in a loop never opens, unless Accept itself is
// called in Host.Go, and open waits for the connection.
func (h *Host) Accept(handle http.HandlerFunc) error {
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

// Header is what WriteHeader will write.
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

// Write takes the reason for a refusal: that is an error of [Host.Accept].
func (w *responseWriter) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	w.err = fmt.Errorf("handshake refused: %s", bytes.TrimSpace(b))
	return len(b), nil
}

// Hijack hands out the connection.
func (w *responseWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) { return w.conn, w.buf, nil }

// Client is the door of a client: whatever it dials is Host.Conn. As with an
// [http.Transport], the body of a response with status 101 is an
// io.ReadWriteCloser.
func (h *Host) Client() *http.Client { return &http.Client{Transport: dialer{h.Conn}} }

type dialer struct{ conn net.Conn }

// RoundTrip sends r over the connection.
func (d dialer) RoundTrip(r *http.Request) (*http.Response, error) {
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

// upgraded is a connection of which some may have been read already.
type upgraded struct {
	io.Reader
	io.WriteCloser
}

// handshake is the peer's side of the opening handshake.
type handshake struct {
	received []byte // written by the library until now
	complete bool
	err      error
}

func (s *handshake) checkDone() error {
	if !s.complete {
		return fmt.Errorf("handshake: the library wrote only %.200q", s.received)
	}
	return s.err
}

// answerHandshake takes what the library wrote, and answers when its head is complete.
// It gives back what follows the head.
func (h *Host) answerHandshake(b []byte) (rest []byte) {
	s := &h.shake
	s.received = append(s.received, b...)
	head, rest, ok := bytes.Cut(s.received, []byte("\r\n\r\n"))
	if !ok {
		return nil
	}
	s.complete = true
	in := bufio.NewReader(bytes.NewReader(s.received[:len(head)+4]))
	if h.Config.Role == model.Server {
		s.err = checkResponse(in, h.Config.Deflate)
	} else {
		h.pipe.unread, s.err = appendResponse(h.pipe.unread, in, h.Config.Deflate)
	}
	return rest
}

// checkResponse says whether the library's answer is one to go on with (RFC 6455
// section 4.1) and agrees to what was asked for.
func checkResponse(in *bufio.Reader, d model.Deflate) error {
	resp, err := http.ReadResponse(in, nil)
	switch {
	case err != nil:
		return fmt.Errorf("handshake: %w", err)
	case resp.StatusCode != http.StatusSwitchingProtocols:
		return fmt.Errorf("handshake: the library answered %s", resp.Status)
	case resp.Header.Get("Sec-WebSocket-Accept") != acceptKey:
		return fmt.Errorf("handshake: Sec-WebSocket-Accept is %.40q", resp.Header.Get("Sec-WebSocket-Accept"))
	}
	return checkDeflate(resp.Header, d)
}

// appendResponse answers a client (RFC 6455 section 4.2.2).
func appendResponse(b []byte, in *bufio.Reader, d model.Deflate) ([]byte, error) {
	r, err := http.ReadRequest(in)
	if err != nil {
		return b, fmt.Errorf("handshake: %w", err)
	}
	if d != model.NoDeflate {
		err = checkDeflate(r.Header, d)
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return fmt.Appendf(b, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Accept: %s\r\n%s\r\n", base64.StdEncoding.EncodeToString(sum[:]), deflateHeader[d]), err
}

// checkDeflate reports a library that does not want the compression of a trace, or wants
// one that was not asked for.
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
