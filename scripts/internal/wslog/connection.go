package wslog

import (
	"fmt"

	"github.com/pongcheck/pongcheck/frame"
)

// Connection is one connection of a log.
type Connection struct {
	ID         string // as the log has it; empty if it has none
	Side       string // role of the end that wrote the log: "server", "client", or empty if unknown
	First      int    // its first line
	Last       int    // its last line
	Begun      bool   // its opening is in the log; else what came before is missing
	Closed     bool   // its end is in the log
	Mixed      string // why it may be two connections, so that nothing is judged; empty if it is one
	Unreadable int    // line of the first frame that could not be read, 0 if there is none
	UnreadAll  int    // how many frames could not be read
	Frames     []Frame
	Crashes    []Crash   // of the end that wrote the log
	Timeouts   []Timeout // of keepalives that gave up waiting for a Pong

	opened     bool // the state became OPEN, or a frame was seen
	open       int  // how many of what looks like one connection are open
	mixedAt    int  // line in which that was seen
	closedAt   int  // line of its end
	handshakes int  // begun and not ended; without ids they cannot be told apart
	closes     [2]int
	keepalive  keepaliveStep
	keepsAlive bool  // a Ping of its keepalive was answered
	overlaps   []int // lines with a Ping of a keepalive that had not got its Pong
	stamps     *stampTable
	reversed   bool   // its lines run backwards
	library    string // that wrote it, unless it is python-websockets
}

// Timeout is a keepalive that gave up waiting for a Pong.
type Timeout struct {
	Line   int
	Text   string // how a library says so, if it was no line of python-websockets
	ByPeer bool   // the peer's keepalive gave up, as its Close said
	stamp  int32
}

// Whole reports whether nothing is missing from its beginning to its last line.
func (c *Connection) Whole() bool { return c.Begun && c.Unreadable == 0 }

// Frame returns the frame in a line, or nil.
func (c *Connection) Frame(line int) *Frame {
	for i := range c.Frames {
		if c.Frames[i].Line == line {
			return &c.Frames[i]
		}
	}
	return nil
}

// table finds the connection that an event belongs to.
type table struct {
	all           []*Connection
	current       map[string]*Connection   // by role and id: the connection that such lines are about
	early         map[string]keepaliveStep // by key, what came before the first frame
	last          *Connection              // the one of the line before
	open          int                      // number of connections past their handshake and not closed
	serverListens bool                     // a server said that it listens
	stamps        *stampTable
	reversed      bool // lines run backwards
}

// addEvent adds an event to the connection of an id.
func (t *table) addEvent(e *event, id string) {
	switch e.kind {
	case listenLine:
		t.forgetServers()
		return
	case crashLine:
		t.addCrash(e, id)
		return
	}
	key, n := e.role+" "+id, e.frame.Line
	c := t.current[key]
	switch {
	case e.kind == stateLine && e.state == "CONNECTING", e.kind == requestLine && (c == nil || c.Closed || c.pastHandshake()):
		c = t.beginHandshake(c, n)
	case e.kind == stateLine && e.state == "OPEN":
		c = t.openConnection(c, n)
	case e.kind == stateLine && e.state == "CLOSED":
		t.closeConnection(c, n)
	case e.kind == frameLine || e.kind == tornLine || e.kind == timeoutLine:
		c = t.addTraffic(c, e, n)
	}
	if c == nil {
		t.early[key] = e.keeps
		return
	}
	if step := t.early[key]; step != noStep {
		delete(t.early, key)
		c.noteKeepalive(step, n)
	}
	t.current[key], t.last = c, c
	c.First, c.Last = min(c.First, n), max(c.Last, n)
	c.noteKeepalive(e.keeps, n)
	c.learnName(e, id, t.serverListens)
}

// pastHandshake reports whether the connection got beyond its handshake.
func (c *Connection) pastHandshake() bool { return c.opened || len(c.Frames) > 0 }

// addConnection adds a connection that begins in line n.
func (t *table) addConnection(n int, begun bool) *Connection {
	c := &Connection{First: n, Last: n, Begun: begun, handshakes: 1, open: 1, stamps: t.stamps, reversed: t.reversed}
	t.all = append(t.all, c)
	return c
}

// mix notes in line n that c is two connections that cannot be told apart.
func (c *Connection) mix(n int, why string) {
	if c.Mixed == "" {
		c.Mixed, c.mixedAt = why, n
	}
}

// beginHandshake returns the connection whose handshake begins in line n. The others below
// take c, the current connection, and return it or the one that follows it.
func (t *table) beginHandshake(c *Connection, n int) *Connection {
	switch {
	case c == nil || c.Closed:
		return t.addConnection(n, true)
	case c.pastHandshake():
		c.mix(n, fmt.Sprintf("a handshake begins, yet the connection of line %d has not closed", c.First))
		c.open++
		return c
	}
	c.handshakes++ // perhaps only one of them succeeds
	return c
}

func (t *table) openConnection(c *Connection, n int) *Connection {
	switch {
	case c == nil || c.Closed:
		c = t.addConnection(n, true)
	case c.pastHandshake():
		c.mix(n, fmt.Sprintf("a connection opens, yet the connection of line %d has not closed", c.First))
		return c
	}
	c.opened = true
	t.open++
	return c
}

func (t *table) closeConnection(c *Connection, n int) {
	switch {
	case c == nil:
	case c.Closed:
		c.mix(n, fmt.Sprintf("a connection closes, yet that of line %d closed in line %d, and none was opened since", c.First, c.closedAt))
	case c.handshakes > 1:
		c.handshakes--
	default:
		if c.open--; c.open > 0 {
			return
		}
		c.Closed, c.closedAt = true, n
		if c.pastHandshake() {
			t.open--
		}
	}
}

// addTraffic adds a frame, or that the keepalive gave up.
func (t *table) addTraffic(c *Connection, e *event, n int) *Connection {
	switch {
	case c == nil && e.kind == tornLine:
		return nil
	case c == nil:
		c = t.addConnection(n, false)
	case e.kind != frameLine && c.Closed:
		return c // such a line shows no connection by itself
	case c.Closed:
		c.mix(n, fmt.Sprintf("a frame comes, yet the connection of line %d closed in line %d, and none was opened since", c.First, c.closedAt))
	}
	if !c.pastHandshake() {
		c.opened = true
		t.open++
	}
	switch e.kind {
	case frameLine:
		c.Frames = append(c.Frames, e.frame)
		c.noteClose(&e.frame)
	case timeoutLine:
		c.Timeouts = append(c.Timeouts, Timeout{Line: n, stamp: e.frame.stamp})
	case tornLine:
		if c.UnreadAll++; c.Unreadable == 0 {
			c.Unreadable = n
		}
	}
	return c
}

// noteClose counts the Closes of each end. Without an id a second one shows a second
// connection, since nobody prints one: "If an endpoint receives a Close frame and did not
// previously send a Close frame, the endpoint MUST send a Close frame" (section 5.5.1).
func (c *Connection) noteClose(f *Frame) {
	if f.Opcode != frame.Close {
		return
	}
	end := 0
	if f.Out {
		end = 1
	}
	if c.closes[end]++; c.closes[end] == 2 {
		c.mix(f.Line, "an end sends a second Close")
	}
}

// noteKeepalive follows the keepalive of the end that wrote the log. It waits for a Pong
// before it sends the next Ping, so two Pings without a Pong are those of two connections.
func (c *Connection) noteKeepalive(step keepaliveStep, n int) {
	switch {
	case step == noStep:
		return
	case step == pongCame:
		c.keepsAlive = true
	case c.keepalive == pingSent && len(c.Timeouts) == 0:
		c.overlaps = append(c.overlaps[:min(len(c.overlaps), 1)], n)
	}
	c.keepalive = step
}

// learnName sets id and role of the connection if the line shows them.
func (c *Connection) learnName(e *event, id string, server bool) {
	if c.ID == "" {
		c.ID = id
	}
	if c.library == "" {
		c.library = e.from
	}
	switch {
	case c.Side != "":
	case e.role != "":
		c.Side = e.role
	case e.kind == requestLine && e.out:
		c.Side = "client"
	case e.kind == requestLine || server:
		c.Side = "server"
	}
}

// forgetServers forgets the connections of servers: a server that begins to listen has
// none.
func (t *table) forgetServers() {
	t.serverListens = true
	for key, c := range t.current {
		if c.Side == "client" {
			continue
		}
		if c.pastHandshake() && !c.Closed {
			t.open--
		}
		delete(t.current, key)
	}
}

// addCrash adds an exception to the connection that its line names, or else to that of the
// line before, or else to one of its own.
func (t *table) addCrash(e *event, id string) {
	c, sure := t.last, t.open <= 1
	if named := t.findNamed(e.role, id); named != nil && (id != "" || t.open <= 1) {
		c, sure = named, true
	}
	if c == nil {
		c, sure = t.addConnection(e.frame.Line, false), true
		c.Side = e.role
		t.current[e.role+" "+id] = c
	}
	e.crash.Sure, e.crash.after, e.crash.stamp = sure, len(c.Frames), e.frame.stamp
	c.Crashes = append(c.Crashes, *e.crash)
}

// findNamed returns the connection of an id, whatever the role if the line names none.
func (t *table) findNamed(role, id string) *Connection {
	for _, r := range []string{role, "server", "client", ""} {
		if c := t.current[r+" "+id]; c != nil && (role == "" || r == role) {
			return c
		}
	}
	return nil
}

// finish returns the connections that show something.
func (t *table) finish() (shown []*Connection) {
	for _, c := range t.all {
		if len(c.overlaps) > 0 && c.keepsAlive {
			c.mix(c.overlaps[0], "a keepalive sends a Ping while another waits for its Pong")
		}
		if c.opened || len(c.Frames)+len(c.Crashes) > 0 {
			shown = append(shown, c)
		}
	}
	return shown
}
