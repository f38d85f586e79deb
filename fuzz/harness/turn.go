package harness

import "net"

// Turn lets one goroutine at a time call the library. The calls of an [Endpoint] run side by side,
// so an adapter needs it for a library whose callers must take turns: without it a finding shows
// the adapter's mistake. Make it with [NewTurn]. It is no sync.Mutex, since a bubble takes a
// goroutine that waits for a mutex for one that still runs.
type Turn chan struct{}

// NewTurn returns a Turn that nobody has taken.
func NewTurn() Turn { return make(Turn, 1) }

// Take waits for the turn, and returns the function that gives it back:
//
//	defer turn.Take()()
func (t Turn) Take() func() {
	t <- struct{}{}
	return func() { <-t }
}

// ClosingConn returns [Host.Conn] for a library that does not tell its application when a
// connection ends: [Host.Closed] is called when the library closes it.
func (h *Host) ClosingConn() net.Conn { return closingConn{h.Conn, h} }

type closingConn struct {
	net.Conn
	host *Host
}

func (c closingConn) Close() error {
	defer c.host.Closed()
	return c.Conn.Close()
}
