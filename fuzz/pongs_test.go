package fuzz

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
	tr := parse(t, `
ping 61
  > ping 61
ping 61
  > ping 61
ping 62
  > ping 62
ping 63
  > ping 63
send-pong 60
  > pong 60
send-pong 61
  > pong 61
  1 acked
  2 acked
cancel 3
  3 cancelled
send-pong 62
  > pong 62
drop
  4 failed closed use_of_closed_network_connection
  closed
ping 64
  5 error closed use_of_closed_network_connection
end
`)
	want := tr.String()
	Bubble(func() { step(Subject(openCallback)(), tr) })
	if got := tr.String(); got != want {
		t.Errorf("a pong wakes who waits for exactly its payload: got\n%swant\n%s", got, want)
	}
}
