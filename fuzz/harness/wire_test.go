package harness

import (
	"io"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// pairs is a Wire whose frames are two bytes: what it is ("?" asks, "!" answers), and a
// payload.
type pairs struct {
	what byte // of a frame that has begun
	f    model.Frame
}

func (p *pairs) Hello() []byte { return []byte("hi") }

func (p *pairs) Append(b []byte, ev *model.Event) ([]byte, bool) {
	switch {
	case len(ev.Data) != 1:
		return b, false
	case ev.Kind == model.RecvPing:
		return append(b, '?', ev.Data[0]), true
	case ev.Kind == model.Pong:
		return append(b, '!', ev.Data[0]), true
	}
	return b, false
}

func (p *pairs) Next(b []byte) (*model.Frame, int, bool) {
	if p.what == 0 {
		p.what = b[0]
		return nil, 1, false
	}
	what := p.what
	p.what = 0
	op, ok := map[byte]frame.Opcode{'?': frame.Ping, '!': frame.Pong}[what]
	if !ok {
		return nil, 1, true
	}
	p.f = model.Frame{Opcode: op, Data: string(b[:1])}
	return &p.f, 1, true
}

// openPairs is a library for that. It says hello, too.
func openPairs(h *Host) (Endpoint, error) {
	h.Speak(new(pairs))
	if _, err := io.ReadFull(h.Conn, make([]byte, 2)); err != nil {
		return Endpoint{}, err
	}
	if _, err := h.Conn.Write([]byte("hi")); err != nil {
		return Endpoint{}, err
	}
	pongs := h.Pongs()
	h.Go("Read", func() {
		defer h.Closed()
		b := make([]byte, 2)
		for {
			if _, err := io.ReadFull(h.Conn, b); err != nil {
				return
			}
			if b[0] == '!' {
				pongs.Got(b[1:])
				continue
			}
			h.Conn.Write([]byte{'!', b[1]})
		}
	})
	write := func(b ...byte) error { _, err := h.Conn.Write(b); return err }
	return Endpoint{
		Ping: pongs.Ping(func(p []byte) error { return write('?', p[0]) }),
		Send: func(_ bool, p []byte) error { return write(p...) },
	}, nil
}

func TestWire(t *testing.T) {
	const want = `
ping 61
  > ping 61
recv-ping 62
  > pong 62
recv-ping 6263
  unsupported
peer-close
  unsupported
msg-send binary 2e2e3f63
  > ping 63
pong 61
  1 acked
msg-send binary 2e
end
  > part 2e
  closed
`
	for _, config := range []string{"", "config role=client\n", "config cut=1\n"} {
		tr := parse(t, config+want)
		as := tr.String()
		Bubble(func() { step(Subject(openPairs)(), tr) })
		if got := tr.String(); got != as {
			t.Errorf("another protocol: got\n%swant\n%s", got, as)
		}
	}
}

// An adapter that speaks another protocol says so to the model by Speak alone.
func TestSpeakIsSeenByTheModel(t *testing.T) {
	for _, c := range []struct {
		open func(*Host) (Endpoint, error)
		want bool
	}{{openPairs, true}, {openToy, false}} {
		Bubble(func() {
			s, out := Subject(c.open)(), new(model.Outcome)
			if s.Step(&model.Event{Kind: model.Open, Config: &model.Config{}}, out); out.Foreign != c.want {
				t.Errorf("got Foreign %v, want %v", out.Foreign, c.want)
			}
			s.Step(&model.Event{Kind: model.End}, out)
		})
	}
}

// What joins an op that the protocol lacks arrives with the op after it.
func TestARefusedOpTakesNothingWithIt(t *testing.T) {
	impl := &model.Implementation{New: Subject(openPairs), Around: Bubble, Info: model.Everything()}
	for _, ops := range []string{
		"recv-ping 62 join\nrecv-ping 6263\nsettle\n",
		"recv-ping 62 join\nrecv-ping 6263\nrecv-ping 63\nsettle\n",
		"recv-ping 62 join\npeer-close join\nrecv-ping 63\nsettle\n",
	} {
		r, err := model.Check(t.Context(), model.RFC(), impl, parse(t, ops).Trace())
		if err != nil || r.Verdict == model.FAILED || r.Unsupported != 1 || !strings.Contains(r.Transcript.String(), "> pong 62") {
			t.Errorf("got %v, %v\n%s", r.Verdict, err, r.Transcript)
		}
	}
}

// What joins arrives in one read, in any protocol.
func TestJoinedFramesArriveInOneRead(t *testing.T) {
	open := func(h *Host) (Endpoint, error) {
		h.Speak(new(pairs))
		h.Go("Read", func() {
			b := make([]byte, 64)
			for {
				n, err := h.Conn.Read(b)
				if err != nil {
					return
				}
				h.Message(false, b[:n])
			}
		})
		return Endpoint{}, nil
	}
	tr := parse(t, `
pong 61 join
pong 61 join
recv-ping 62
  message binary 216121613f62
pong 61 join
msg binary 61
  unsupported
pong 61 join
  message binary 21612161
settle
end
`)
	as := tr.String()
	Bubble(func() { step(Subject(open)(), tr) })
	if got := tr.String(); got != as {
		t.Errorf("got\n%swant\n%s", got, as)
	}
}
