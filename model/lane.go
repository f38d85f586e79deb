package model

// Lane returns a number for the state of the trace at hand. States in
// which the same things may happen have the same lane. It shows fuzz engines where a
// trace has been.
//
//	bits 0-1  pings that wait: none, one, two or three, more
//	bit  2    a cancelled ping may absorb a Pong
//	bits 3-4  the connection: open, closing, closed; 3: dropped and not yet noticed
//	bit  5    a message of the peer is unfinished
//	bit  6    writes stall
//	bit  7    a Pong is owed to the peer
func (c *Checker) Lane() uint8 { return c.state.lane() }

// lane returns the lane of the state.
func (s *State) lane() uint8 {
	waits, gone := 0, uint8(0)
	for _, i := range s.tracker.table {
		switch s.tracker.pings[i].status {
		case waiting:
			waits++
		case cancelled:
			gone = 1
		}
	}
	lane := [...]uint8{0, 1, 2, 2, 3}[min(waits, 4)] | gone<<2
	if s.conn.dropped && s.conn.phase != closed {
		lane |= 3 << 3
	} else {
		lane |= uint8(s.conn.phase) << 3
	}
	return lane | bitOf(s.in.state.InMessage)<<5 | bitOf(s.conn.blocked)<<6 | bitOf(len(s.responder.owed) > 0)<<7
}

// bitOf returns 1 for true.
func bitOf(is bool) uint8 {
	if is {
		return 1
	}
	return 0
}
