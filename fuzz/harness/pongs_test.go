package harness

import (
	"testing"

	"github.com/pongcheck/pongcheck/frame"
)

// openCallback is the toy as a library that only writes pings, and calls back.
func openCallback(h *Host) (Endpoint, error) {
	ep, err := openToy(h)
	pongs := h.Pongs()
	ep.Ping = pongs.Ping(func(p []byte) error {
		return ep.Send(false, frame.AppendFrame(nil, frame.Ping, p, false, [4]byte{}))
	})
	pong := ep.Pong
	ep.Pong = func(p []byte) error { pongs.Got(p); return pong(p) } // stands in for the callback
	return ep, err
}

func TestPongs(t *testing.T) {
	for _, c := range []struct{ why, want string }{
		{"a pong wakes who waits for its payload, and whose pings left before", `
ping 61
  > ping 61
ping 61
  > ping 61
ping 62
  > ping 62
ping 63
  > ping 63
ping 64
  > ping 64
send-pong 60
  > pong 60
send-pong 61
  > pong 61
  1 acked
  2 acked
cancel 4
  4 cancelled
send-pong 63
  > pong 63
  3 acked
drop
  5 failed closed use_of_closed_network_connection
  closed
ping 64
  6 error closed use_of_closed_network_connection
end
`},
		{"the pong of a ping that was cancelled still speaks for those before", `
ping 61
  > ping 61
ping 62
  > ping 62
cancel 2
  2 cancelled
send-pong 62
  > pong 62
  1 acked
end
  closed
`},
		{"a pong that came before its ping left wakes nobody", `
block
ping 61
send-pong 61
resume
  > ping 61
  > pong 61
send-pong 61
  > pong 61
  1 acked
end
  closed
`},
	} {
		tr := parse(t, c.want)
		want := tr.String()
		Bubble(func() { step(Subject(openCallback)(), tr) })
		if got := tr.String(); got != want {
			t.Errorf("%s: got\n%swant\n%s", c.why, got, want)
		}
	}
}
