package harness

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// shake opens a connection with f and gives what became of the handshake.
func shake(cfg model.Config, f func(h *Host) error) (err error) {
	s := &subject{
		open: func(h *Host) (Endpoint, error) { return Endpoint{}, f(h) },
		host: newHost(cfg),
	}
	Bubble(func() {
		_, err = s.runOpen()
		s.endConnection(new(model.Outcome))
	})
	return err
}

// answer is a server that answers with these header lines.
func answer(lines string) func(h *Host) error {
	return func(h *Host) error {
		_, err := io.WriteString(h.Conn, strings.ReplaceAll(lines, "\n", "\r\n")+"\r\n")
		return err
	}
}

const good = "HTTP/1.1 101 Switching Protocols\nUpgrade: websocket\nConnection: Upgrade\nSec-WebSocket-Accept: " + acceptKey + "\n"

func TestHandshakeOfServers(t *testing.T) {
	for _, c := range []struct {
		why     string
		deflate model.Deflate
		server  func(h *Host) error
		want    string
	}{
		{"good", model.NoDeflate, answer(good), ""},
		{"compression", model.Takeover, answer(good + "Sec-WebSocket-Extensions: permessage-deflate\n"), ""},
		{"wrong key", model.NoDeflate, answer(strings.ReplaceAll(good, "s3p", "abc")), "handshake: Sec-WebSocket-Accept is"},
		{"no HTTP", model.NoDeflate, answer("hello\n"), "handshake: malformed HTTP"},
		{"no compression", model.Takeover, answer(good), "unsupported"},
		{"other compression", model.ResetEach, answer(good + "Sec-WebSocket-Extensions: permessage-deflate\n"), "unsupported"},
		{"unasked compression", model.NoDeflate, answer(good + "Sec-WebSocket-Extensions: x\n"), "which nobody asked for"},
		{"refusal", model.NoDeflate, func(h *Host) error {
			return h.Accept(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "not you", http.StatusForbidden) })
		}, "handshake refused: not you"},
		{"silence", model.NoDeflate, func(h *Host) error {
			return h.Accept(func(w http.ResponseWriter, _ *http.Request) {})
		}, "handshake: the library wrote only"},
		{"status", model.NoDeflate, func(h *Host) error {
			return h.Accept(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
		}, "handshake: the library answered 418"},
	} {
		err := shake(model.Config{Deflate: c.deflate}, c.server)
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: got %v, want %q", c.why, err, c.want)
		}
		if unsupported := errors.Is(err, errors.ErrUnsupported); unsupported != (c.want == "unsupported") {
			t.Errorf("%s: unsupported is %v", c.why, unsupported)
		}
	}
}

func TestHandshakeOfClients(t *testing.T) {
	ask := func(extensions string) func(h *Host) error {
		return func(h *Host) error {
			r, _ := http.NewRequest("GET", "http://pongcheck.test/", nil)
			r.Header.Set("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
			if extensions != "" {
				r.Header.Set("Sec-WebSocket-Extensions", extensions)
			}
			resp, err := h.Client().Do(r)
			if err == nil && (resp.StatusCode != 101 || resp.Header.Get("Sec-WebSocket-Accept") != acceptKey) {
				t.Errorf("got %v", resp)
			}
			return err
		}
	}
	client := model.Config{Role: model.Client}
	if err := shake(client, ask("")); err != nil {
		t.Error(err)
	}
	if err := shake(client, ask("permessage-deflate")); err != nil {
		t.Errorf("an offer need not be taken: %v", err)
	}
	client.Deflate = model.Takeover
	if err := shake(client, ask("permessage-deflate")); err != nil {
		t.Error(err)
	}
	stubborn := func(h *Host) error {
		return errors.Join(ask("permessage-deflate; server_no_context_takeover; client_no_context_takeover")(h), errors.New("not what I asked for"))
	}
	if err := shake(client, stubborn); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a library that is answered otherwise than it asked may refuse that: got %v", err)
	}
	if err := shake(client, ask("")); !errors.Is(err, errors.ErrUnsupported) {
		t.Errorf("a library that does not offer compression cannot have it: got %v", err)
	}
}

// The peer keeps to the window that the library wants, and tells a client that it does.
func TestHandshakeAgreesOnAWindow(t *testing.T) {
	for _, c := range []struct {
		extension, agreed string
		bits              int
	}{
		{"permessage-deflate; server_max_window_bits=12; client_max_window_bits=11", "; server_max_window_bits=12", 12},
		{`permessage-deflate;server_max_window_bits="9"`, "; server_max_window_bits=9", 9},
		{"permessage-deflate; server_max_window_bits=16", "", 0},
		{"permessage-deflate; client_max_window_bits", "", 0},
		{"permessage-deflate, permessage-deflate; server_max_window_bits=9", "", 0},
	} {
		head := clientRequest + extensionsHeader + ": " + c.extension + "\r\n\r\n"
		b, bits, err := appendResponse(nil, bufio.NewReader(strings.NewReader(head)), model.Takeover)
		if want := extensionsHeader + ": permessage-deflate" + c.agreed + "\r\n"; err != nil || bits != c.bits || !strings.Contains(string(b), want) {
			t.Errorf("%s: got %v, a window of %d bits and\n%s", c.extension, err, bits, b)
		}
	}
	head := strings.ReplaceAll(good, "\n", "\r\n") + extensionsHeader + ": permessage-deflate; server_max_window_bits=12; client_max_window_bits=11\r\n\r\n"
	if bits, err := checkResponse(bufio.NewReader(strings.NewReader(head)), model.Takeover); err != nil || bits != 11 {
		t.Errorf("got a window of %d bits, %v", bits, err)
	}
}
