package wslog

import (
	"fmt"
	"slices"
	"strings"
)

// Connection is one connection of a log.
type Connection struct {
	ID         string // as the log has it; empty if it has none
	Side       string // role of the end that wrote the log: "server", "client", or empty if unknown
	First      int    // its first line
	Last       int    // its last line
	Begun      bool   // its opening is in the log; else what came before is missing
	Closed     bool   // its end is in the log
	Unreadable int    // line of the first frame that could not be read, 0 if there is none
	Frames     []Frame
	Crashes    []Crash // of the end that wrote the log
	Timeouts   []int   // lines in which its keepalive gave up waiting for a Pong

	opened     bool // the state became OPEN, or a frame was seen
	closedAt   int  // line of its end
	handshakes int  // begun and not ended; without ids they cannot be told apart
}

// Whole reports whether nothing is missing from its beginning to its last line.
func (c *Connection) Whole() bool { return c.Begun && c.Unreadable == 0 }

// Frame returns the frame in a line, or nil.
func (c *Connection) Frame(line int) *Frame {
	i, ok := slices.BinarySearchFunc(c.Frames, line, func(f Frame, line int) int { return f.Line - line })
	if !ok {
		return nil
	}
	return &c.Frames[i]
}

// table finds the connection that a line belongs to.
type table struct {
	all           []*Connection
	current       map[string]*Connection // by keyOf: the connection that such lines are about
	last          *Connection            // the one of the line before
	open          int                    // number of connections past their handshake and not closed
	serverListens bool                   // a server said that it listens
}

// addLine adds line n to its connection. If the line shows two connections that cannot be
// told apart, trouble says so.
func (t *table) addLine(l *line, n int) (trouble string) {
	if l.kind == listenLine {
		t.forgetServers()
		return ""
	}
	key, id := t.keyOf(l)
	c := t.current[key]
	switch {
	case l.kind == stateLine && l.state == "CONNECTING", l.kind == requestLine && (c == nil || c.Closed || c.pastHandshake()):
		c, trouble = t.beginHandshake(c, n)
	case l.kind == stateLine && l.state == "OPEN":
		c, trouble = t.openConnection(c, n)
	case l.kind == stateLine && l.state == "CLOSED":
		trouble = t.closeConnection(c, n)
	case l.kind == frameLine || l.kind == tornLine || l.kind == timeoutLine:
		c, trouble = t.addTraffic(c, l, n)
	}
	if c == nil || trouble != "" {
		return trouble
	}
	t.current[key], t.last = c, c
	c.Last = n
	c.learnName(l, id, t.serverListens)
	return ""
}

// keyOf returns the key in current of the connection that a line names, and its id.
func (t *table) keyOf(l *line) (key, id string) {
	id = strings.Clone(l.connectionID())
	return l.loggerRole() + " " + id, id
}

// pastHandshake reports whether the connection got beyond its handshake.
func (c *Connection) pastHandshake() bool { return c.opened || len(c.Frames) > 0 }

// addConnection adds a connection that begins in line n.
func (t *table) addConnection(n int, begun bool) *Connection {
	c := &Connection{First: n, Begun: begun, handshakes: 1}
	t.all = append(t.all, c)
	return c
}

const remedy = "log with an id in each line (the documentation of websockets shows a LoggerAdapter that adds websocket.id), or cut out one connection"

func describeOverlap(c *Connection, what string) string {
	return fmt.Sprintf("%s, yet the connection of line %d has not closed: %s", what, c.First, remedy)
}

// beginHandshake returns the connection whose handshake begins in line n. The others below
// take c, the current connection, and return it or the one that follows it.
func (t *table) beginHandshake(c *Connection, n int) (*Connection, string) {
	switch {
	case c == nil || c.Closed:
		return t.addConnection(n, true), ""
	case c.pastHandshake():
		return nil, describeOverlap(c, "a handshake begins")
	}
	c.handshakes++ // perhaps only one of them succeeds
	return c, ""
}

func (t *table) openConnection(c *Connection, n int) (*Connection, string) {
	switch {
	case c == nil || c.Closed:
		c = t.addConnection(n, true)
	case c.pastHandshake():
		return nil, describeOverlap(c, "a connection opens")
	}
	c.opened = true
	t.open++
	return c, ""
}

func (t *table) closeConnection(c *Connection, n int) string {
	switch {
	case c == nil:
	case c.Closed:
		return fmt.Sprintf("a connection closes, yet that of line %d closed in line %d, and none was opened since: %s", c.First, c.closedAt, remedy)
	case c.handshakes > 1:
		c.handshakes--
	default:
		c.Closed, c.closedAt = true, n
		if c.pastHandshake() {
			t.open--
		}
	}
	return ""
}

// addTraffic adds a frame, or that the keepalive gave up.
func (t *table) addTraffic(c *Connection, l *line, n int) (*Connection, string) {
	switch {
	case l.kind != frameLine && (c == nil || c.Closed):
		return c, "" // such a line shows no connection by itself
	case c == nil:
		c = t.addConnection(n, false)
	case c.Closed:
		return nil, fmt.Sprintf("a frame comes, yet the connection of line %d closed in line %d, and none was opened since: %s", c.First, c.closedAt, remedy)
	}
	if !c.pastHandshake() {
		c.opened = true
		t.open++
	}
	switch l.kind {
	case frameLine:
		c.Frames = append(c.Frames, l.frame)
	case timeoutLine:
		c.Timeouts = append(c.Timeouts, n)
	case tornLine:
		if c.Unreadable == 0 {
			c.Unreadable = n
		}
	}
	return c, ""
}

// learnName sets id and role of the connection if the line shows them.
func (c *Connection) learnName(l *line, id string, server bool) {
	if c.ID == "" {
		c.ID = id
	}
	switch {
	case c.Side != "":
	case l.loggerRole() != "":
		c.Side = l.loggerRole()
	case l.kind == requestLine && l.out:
		c.Side = "client"
	case l.kind == requestLine || server:
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

// suspectOf returns the connection that an exception in line l belongs to: the one that
// the line names, or else that of the line before.
func (t *table) suspectOf(l *line) (c *Connection, sure bool) {
	key, id := t.keyOf(l)
	if c := t.current[key]; c != nil && (id != "" || t.open <= 1) {
		return c, true
	}
	return t.last, t.open <= 1
}
