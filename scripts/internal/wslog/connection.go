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

	opened     bool
	closedAt   int // line
	handshakes int // begun and not ended: with no id, which is which cannot be seen
}

// Whole reports whether nothing is missing from its beginning to its last line.
func (c *Connection) Whole() bool { return c.Begun && c.Unreadable == 0 }

// Frame is the frame of a line, to be printed beside a finding, or nil.
func (c *Connection) Frame(line int) *Frame {
	i, ok := slices.BinarySearchFunc(c.Frames, line, func(f Frame, line int) int { return f.Line - line })
	if !ok {
		return nil
	}
	return &c.Frames[i]
}

// table finds the connection that a line belongs to.
type table struct {
	all     []*Connection
	current map[string]*Connection // by role and id: the one that lines are about
	last    *Connection            // that of the line before
	open    int                    // opened, or seen, and not closed
	server  bool                   // a server said that it listens
}

// take takes over a line. It returns what to say if the line shows that two
// connections cannot be told apart.
func (t *table) take(l *line, n int) (trouble string) {
	if l.kind == listenLine {
		t.restart()
		return ""
	}
	key, id := t.key(l)
	c := t.current[key]
	switch {
	case l.kind == stateLine && l.state == "CONNECTING", l.kind == requestLine && (c == nil || c.Closed || c.live()):
		c, trouble = t.begin(c, n)
	case l.kind == stateLine && l.state == "OPEN":
		c, trouble = t.opening(c, n)
	case l.kind == stateLine && l.state == "CLOSED":
		trouble = t.closing(c, n)
	case l.kind == frameLine || l.kind == tornLine || l.kind == timeoutLine:
		c, trouble = t.traffic(c, l, n)
	}
	if c == nil || trouble != "" {
		return trouble
	}
	t.current[key], t.last = c, c
	c.Last = n
	c.learn(l, id, t.server)
	return ""
}

func (t *table) key(l *line) (key, id string) {
	id = strings.Clone(l.id())
	return l.side() + " " + id, id
}

// live reports whether the connection got beyond its handshake.
func (c *Connection) live() bool { return c.opened || len(c.Frames) > 0 }

func (t *table) add(n int, begun bool) *Connection {
	c := &Connection{First: n, Begun: begun, handshakes: 1}
	t.all = append(t.all, c)
	return c
}

const remedy = "log with an id in each line (the documentation of websockets shows a LoggerAdapter that adds websocket.id), or cut out one connection"

func overlap(c *Connection, what string) string {
	return fmt.Sprintf("%s, yet the connection of line %d has not closed: %s", what, c.First, remedy)
}

// begin takes over the beginning of a handshake.
func (t *table) begin(c *Connection, n int) (*Connection, string) {
	switch {
	case c == nil || c.Closed:
		return t.add(n, true), ""
	case c.live():
		return nil, overlap(c, "a handshake begins")
	}
	c.handshakes++ // one of them may never succeed
	return c, ""
}

func (t *table) opening(c *Connection, n int) (*Connection, string) {
	switch {
	case c == nil || c.Closed:
		c = t.add(n, true)
	case c.live():
		return nil, overlap(c, "a connection opens")
	}
	c.opened = true
	t.open++
	return c, ""
}

func (t *table) closing(c *Connection, n int) string {
	switch {
	case c == nil:
	case c.Closed:
		return fmt.Sprintf("a connection closes, yet that of line %d closed in line %d, and none was opened since: %s", c.First, c.closedAt, remedy)
	case c.handshakes > 1:
		c.handshakes--
	default:
		c.Closed, c.closedAt = true, n
		if c.live() {
			t.open--
		}
	}
	return ""
}

// traffic takes over a frame, or that the keepalive gave up.
func (t *table) traffic(c *Connection, l *line, n int) (*Connection, string) {
	switch {
	case l.kind != frameLine && (c == nil || c.Closed):
		return c, "" // it says nothing by itself
	case c == nil:
		c = t.add(n, false)
	case c.Closed:
		return nil, fmt.Sprintf("a frame comes, yet the connection of line %d closed in line %d, and none was opened since: %s", c.First, c.closedAt, remedy)
	}
	if !c.live() {
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

// learn takes over what the line tells about the connection's name and role.
func (c *Connection) learn(l *line, id string, server bool) {
	if c.ID == "" {
		c.ID = id
	}
	switch {
	case c.Side != "":
	case l.side() != "":
		c.Side = l.side()
	case l.kind == requestLine && l.out:
		c.Side = "client"
	case l.kind == requestLine || server:
		c.Side = "server"
	}
}

// restart forgets connections of servers: a process that begins has none.
func (t *table) restart() {
	t.server = true
	for key, c := range t.current {
		if c.Side == "client" {
			continue
		}
		if c.live() && !c.Closed {
			t.open--
		}
		delete(t.current, key)
	}
}

// suspect is the connection that an exception in line l belongs to: the one that
// the line names, or else the one of the line before.
func (t *table) suspect(l *line) (c *Connection, sure bool) {
	key, id := t.key(l)
	if c := t.current[key]; c != nil && (id != "" || t.open <= 1) {
		return c, true
	}
	return t.last, t.open <= 1
}
