package harness

import (
	"context"
	"errors"
	"io"
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

// What keeps a subject from opening is an error that says what to do, and no finding: but
// for a panic, which is a crash of the library's or the adapter's.
func TestOpenFails(t *testing.T) {
	const mend = ": mend open, or let it return errors.ErrUnsupported if the library cannot have that config"
	for _, c := range []struct {
		why    string
		open   func(h *Host) (Endpoint, error)
		config string
		want   string // the error, or the report
	}{
		{"an error", func(*Host) (Endpoint, error) { return Endpoint{}, io.ErrNoProgress }, "cut=3",
			"set up the subject: open with config cut=3: multiple Read calls return no data or error" + mend},
		{"no handshake", func(*Host) (Endpoint, error) { return Endpoint{}, nil }, "",
			`set up the subject: open: handshake: the library wrote only ""` + mend},
		{"one that waits for ever", func(h *Host) (Endpoint, error) {
			_, err := io.Copy(io.Discard, h.Conn)
			return Endpoint{}, err
		}, "", "set up the subject: open: the handshake was answered, but the library still waits: let handle return, and read in Host.Go; if it cannot return, call Accept in Host.Go"},
		{"the wrong door", func(h *Host) (Endpoint, error) { return Endpoint{}, h.Accept(nil) }, "role=client",
			"set up the subject: open with config role=client: Host.Accept opens a server, but here the library is the client: " +
				"set Info.Roles to model.ServerRole, or dial with Host.Client when Host.Config.Role is model.Client"},
		{"the wrong door of a client", func(h *Host) (Endpoint, error) {
			_, err := h.Client().Get(URL)
			return Endpoint{}, err
		}, "", `set up the subject: open: Get "` + URL + `": Host.Client opens a client, but here the library is the server: ` +
			"set Info.Roles to model.ClientRole, or call Host.Accept when Host.Config.Role is model.Server"},
		{"a panic", func(*Host) (Endpoint, error) { panic(io.EOF) }, "", "crash *errors.errorString: open *errors.errorString: EOF escaped"},
		{"what the library does not offer", func(*Host) (Endpoint, error) { return Endpoint{}, errors.ErrUnsupported }, "", "1 op unsupported"},
	} {
		impl := &model.Implementation{New: Subject(c.open), Around: Bubble, Info: model.Everything()}
		r, err := model.Check(t.Context(), model.RFC(), impl, parse(t, strings.TrimSpace("config "+c.config)+"\nping 61\n").Trace())
		got := ""
		switch {
		case err != nil:
			got = err.Error()
		case r.Failure() != nil:
			got = r.Failure().Class() + ": " + r.Failure().Sentence()
		case r.Unsupported == 1:
			got = "1 op unsupported"
		}
		if got != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.why, got, c.want)
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
