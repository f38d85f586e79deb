package harness

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// What a server writes that it should not. Sent by the toy as binary messages.
func TestOddFrames(t *testing.T) {
	for _, c := range []struct{ bytes, want string }{
		{"8a0161", "> pong 61"},
		{"0900", "> ping - fin=0"},
		{"ba00", "> pong - rsv=3"},
		{"8a8137fa213d56", "> pong 61 mask=wrong"},
		{"817e000161", "> text 61 len=16"},
		{"8b7f000000000000000161", "> op11 61 len=64"},
		{"880103", "> op8 03"},
		{"8a018a8a", "> pong 8a\nend\n  > part 8a"},
	} {
		got := play(t, openToy, "msg-send binary "+c.bytes+"\n")
		want := "msg-send binary " + c.bytes + "\n  " + c.want
		if !strings.HasPrefix(got, want+"\n") {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
	const masked = "config role=client\nmsg-send binary 8a00\n"
	if got := play(t, openToy, masked); !strings.HasPrefix(got, masked+"  > pong - mask=wrong\n") {
		t.Errorf("an unmasked frame of a client: got\n%s", got)
	}
}

// However the bytes come, the frames are the same.
func TestFramesInParts(t *testing.T) {
	got := play(t, openToy, "msg-send binary 8a03\nmsg-send binary 6162\nmsg-send binary 638900\n")
	want := "msg-send binary 8a03\nmsg-send binary 6162\nmsg-send binary 638900\n  > pong 616263\n  > ping -\nend\n  closed\n"
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestOpenFails(t *testing.T) {
	for _, c := range []struct {
		why  string
		open func(h *Host) (Endpoint, error)
		want string
	}{
		{"an error", func(*Host) (Endpoint, error) { return Endpoint{}, io.ErrNoProgress },
			"! open *errors.errorString: multiple Read calls return no data or error"},
		{"a panic", func(*Host) (Endpoint, error) { panic(io.EOF) }, "! open *errors.errorString: EOF"},
		{"no handshake", func(*Host) (Endpoint, error) { return Endpoint{}, nil },
			`! open *errors.errorString: handshake: the library wrote only ""`},
		{"one that waits for ever", func(h *Host) (Endpoint, error) {
			_, err := io.Copy(io.Discard, h.Conn)
			return Endpoint{}, err
		}, "! open *errors.errorString: the handshake was answered, but the library still waits: let handle return, and read in Host.Go; if it cannot return, call Accept in Host.Go"},
		{"what the library does not offer", func(*Host) (Endpoint, error) { return Endpoint{}, errors.ErrUnsupported },
			"unsupported"},
	} {
		// The outcomes of open and end are shown together.
		got := play(t, c.open, "ping 61\n")
		if want := "ping 61\n  unsupported\nend\n  " + c.want + "\n"; got != want {
			t.Errorf("%s: got\n%swant\n%s", c.why, got, want)
		}
	}
}

// An open event resets the subject, and ends the connection before.
func TestReopen(t *testing.T) {
	tr := parse(t, "ping *\npong 31\n")
	var first, second string
	Bubble(func() {
		s := Subject(openToy)()
		step(s, tr)
		first = tr.String()
		s.Step(&model.Event{Kind: model.Open, Config: &tr.Config}, new(model.Outcome))
		s.Step(&model.Event{Kind: model.Ping, N: 1, Chosen: true}, new(model.Outcome))
		step(s, tr)
		second = tr.String()
	})
	if first != second || !strings.Contains(first, "1 acked") {
		t.Errorf("got\n%s and then\n%s", first, second)
	}
}

func TestLostWaiter(t *testing.T) {
	lost := func(h *Host) (Endpoint, error) {
		ep, err := openToy(h)
		ep.Ping = func(ctx context.Context, _ []byte) error { <-ctx.Done(); return ctx.Err() }
		return ep, err
	}
	want := "ping 61\nend\n  closed\n"
	if got := play(t, lost, "ping 61\n"); got != want {
		t.Errorf("a waiter that is left at the end has no outcome, and is no hang: got\n%s", got)
	}
}

func TestHang(t *testing.T) {
	const trace = "msg-send text \"stuck\"\nmsg-send text 61\n"
	want := "msg-send text 737475636b\nmsg-send text 61\n  > text 61\nend\n  closed\n  ! hang\n"
	if got := play(t, openToy, trace); got != want {
		t.Errorf("a call that never returns hangs: got\n%s", got)
	}
}

// A door for the other role is named, and does not look like a library that waits.
func TestWrongDoor(t *testing.T) {
	accept := func(h *Host) (Endpoint, error) {
		return Endpoint{}, h.Accept(func(http.ResponseWriter, *http.Request) {})
	}
	dial := func(h *Host) (Endpoint, error) {
		_, err := h.Client().Get("http://pongcheck.test/")
		return Endpoint{}, err
	}
	for _, c := range []struct {
		role string
		open func(h *Host) (Endpoint, error)
		want string
	}{
		{"client", accept, "Host.Accept opens a server, but here the library is the client"},
		{"server", dial, "Host.Client opens a client, but here the library is the server"},
	} {
		if got := play(t, c.open, "config role="+c.role+"\nping 61\n"); !strings.Contains(got, c.want) {
			t.Errorf("%s: got\n%s", c.role, got)
		}
	}
}
