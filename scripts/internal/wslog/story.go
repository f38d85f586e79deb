package wslog

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Story says in a sentence what became of the connection, to the person whose connection it
// was: who gave up, when, and why. It takes what judging both ends found.
func (c *Connection) Story(local, peer *Result) string {
	timeout := c.timeout()
	switch {
	case c.Mixed != "":
		return fmt.Sprintf("undecided: %s (line %d), so this may be two connections, which no id tells apart", c.Mixed, c.mixedAt)
	case len(c.Frames) == 0 && timeout != nil:
		return c.tellTimeout(timeout) + "; no frame is in the log, so nobody can be judged"
	case len(c.Frames)+len(c.Crashes) == 0 && c.UnreadAll > 0:
		return "undecided: no frame could be read"
	case len(c.Frames)+len(c.Crashes) == 0:
		return "undecided: the log shows no frame of it"
	case len(c.Crashes) > 0:
		return c.tellCrash(peer)
	case timeout != nil:
		return c.tellTimeout(timeout) + c.tellFailures(local, peer)
	case local.Verdict == model.FAILED || peer.Verdict == model.FAILED:
		return strings.TrimPrefix(c.tellFailures(local, peer), "; ")
	}
	return c.tellEnd(local, peer)
}

// end returns what to call an end in a sentence.
func (c *Connection) end(e End) string {
	return "the " + strings.TrimPrefix(strings.Replace(c.endName(e), "this end", "end that wrote the log", 1), "the ")
}

// when says when a line was written.
func (c *Connection) when(line int, stamp int32) string {
	if at := c.stamps.text(stamp); at != "" {
		return fmt.Sprintf("at %s (line %d)", shortTime(at), line)
	}
	return fmt.Sprintf("in line %d", line)
}

// of is like when, as a part of a name.
func (c *Connection) of(line int, stamp int32) string {
	return strings.Replace(c.when(line, stamp), "at ", "of ", 1)
}

// shortTime returns a stamp without more than milliseconds.
func shortTime(stamp string) string {
	stamp = strings.Replace(stamp, ",", ".", 1)
	if at := strings.IndexByte(stamp, '.'); at >= 0 {
		stamp = strings.TrimRight(strings.TrimRight(stamp[:min(len(stamp), at+4)], "0"), ".")
	}
	return stamp
}

// timeout returns how a keepalive gave up: as the log says, or as a Close does.
func (c *Connection) timeout() *Timeout {
	if len(c.Timeouts) > 0 {
		return &c.Timeouts[0]
	}
	for i := range c.Frames {
		f := &c.Frames[i]
		code, ok := f.closeCode()
		if ok && code == frame.InternalError && strings.Contains(f.Data.Head, "keepalive ping timeout") {
			return &Timeout{Line: f.Line, ByPeer: !f.Out, stamp: f.stamp}
		}
	}
	return nil
}

// tellTimeout says which end gave up, which Ping was not answered, and what the other end
// still sent.
func (c *Connection) tellTimeout(t *Timeout) string {
	who, other := c.end(Local), c.end(Peer)
	if t.ByPeer {
		who, other = other, who
	}
	text := fmt.Sprintf("%s gave up %s because ", who, c.when(t.Line, t.stamp))
	ping, last := c.beforeTimeout(t)
	switch {
	case ping == nil && t.Text != "":
		return text + "its ping was not answered (" + t.Text + ")"
	case ping == nil:
		return text + "its ping, which the log does not show, was not answered"
	}
	text += fmt.Sprintf("its ping %s was not answered", c.of(ping.Line, ping.stamp))
	if pong := c.latePong(ping, t); pong != nil {
		text += fmt.Sprintf(" in time: its Pong came %s, too late", c.when(pong.Line, pong.stamp))
	}
	switch {
	case last == nil:
		return text + fmt.Sprintf("; the log shows nothing that %s sent", other)
	case c.isBefore(last, ping):
		return text + fmt.Sprintf("; %s had stopped sending %s", other, c.when(last.Line, last.stamp))
	}
	if pong := c.wrongPong(ping, t); pong != nil {
		text += fmt.Sprintf("; %s sent the Pong %s instead %s", other, pong.Data, c.when(pong.Line, pong.stamp))
	}
	return text + fmt.Sprintf("; %s was alive and still sent %s", other, c.when(last.Line, last.stamp))
}

// latePong returns the answer to a Ping after the time-out, or nil.
func (c *Connection) latePong(ping *Frame, t *Timeout) *Frame {
	for i := range c.Frames {
		if f := &c.Frames[i]; c.isPast(f.Line, t.Line) && f.mayAnswer(ping) {
			return f
		}
	}
	return nil
}

// wrongPong returns the first Pong after a Ping and before the time-out.
func (c *Connection) wrongPong(ping *Frame, t *Timeout) *Frame {
	for i := range c.Frames {
		if f := &c.Frames[i]; f.Opcode == frame.Pong && f.Out != ping.Out && c.isBefore(ping, f) && !c.isPast(f.Line, t.Line) {
			return f
		}
	}
	return nil
}

// beforeTimeout returns the newest Ping of the end that gave up which was not answered until
// then, and what the other end sent last.
func (c *Connection) beforeTimeout(t *Timeout) (ping, last *Frame) {
	for i := range c.Frames {
		f := &c.Frames[i]
		switch ours := f.Out != t.ByPeer; {
		case !t.ByPeer && c.isPast(f.Line, t.Line):
			return ping, last
		case ours && f.Opcode == frame.Ping:
			ping = f
		case !ours && f.Opcode == frame.Close && c.isPast(f.Line, t.Line):
		case !ours:
			last = f
			if ping != nil && f.mayAnswer(ping) {
				ping = nil
			}
		}
	}
	return ping, last
}

// isPast reports whether line a comes after line b in time.
func (c *Connection) isPast(a, b int) bool { return (a > b) != c.reversed && a != b }

// isBefore reports whether f came before g.
func (c *Connection) isBefore(f, g *Frame) bool { return c.isPast(g.Line, f.Line) }

// tellCrash says of what the library died, and what the peer did wrong before.
func (c *Connection) tellCrash(peer *Result) string {
	x := &c.Crashes[0]
	text := fmt.Sprintf("the library of %s failed %s: %s", c.end(Local), c.when(x.Line, x.stamp), strings.TrimSuffix(x.Class+": "+x.Text, ": "))
	if !x.Sure {
		text += ", on this connection or on another one"
	}
	if t := c.timeout(); t != nil {
		text += "; " + c.tellTimeout(t)
	}
	return text + c.tellFailures(&Result{}, peer)
}

// tellFailures says what FAILED, as parts of a sentence.
func (c *Connection) tellFailures(local, peer *Result) string {
	text := ""
	for _, r := range [...]*Result{local, peer} {
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Verdict == model.FAILED && f.Crash == "" {
				stamp := int32(0)
				if x := c.Frame(f.Line); x != nil {
					stamp = x.stamp
				}
				text += fmt.Sprintf("; %s broke a rule %s: %s (%s)", c.end(r.End), c.when(f.Line, stamp), f.Sentence(), f.Rule.Rule().Cite())
			}
		}
	}
	return text
}

// tellEnd says how a connection ended on which nothing FAILED.
func (c *Connection) tellEnd(local, peer *Result) string {
	text := "nothing wrong was found"
	if local.Verdict == model.NotObserved && c.UnreadAll > 0 {
		return fmt.Sprintf("undecided: %d of %d frames cannot be read", c.UnreadAll, c.UnreadAll+len(c.Frames))
	}
	if local.Verdict == model.NotObserved {
		return fmt.Sprintf("undecided: this is a log of %s, which shows how long payloads are and not what they are; log at the other end, too", c.library)
	}
	for _, r := range [...]*Result{local, peer} {
		for i := range r.Findings {
			if f := &r.Findings[i]; f.Rule.String() == "pong.owed" {
				if x := c.Frame(f.Line); x != nil {
					text = fmt.Sprintf("nothing is proved, but in the log %s does not answer the ping %s", c.end(r.End), c.of(x.Line, x.stamp))
				}
			}
		}
	}
	for i := range c.Frames {
		if f := &c.Frames[i]; f.Opcode == frame.Close {
			by := c.end(Peer)
			if f.Out {
				by = c.end(Local)
			}
			body, _ := f.closeText()
			return text + fmt.Sprintf("; %s closed %s with %s", by, c.when(f.Line, f.stamp), strings.TrimSuffix(body, " (code)"))
		}
	}
	if c.Closed {
		return text + "; the connection ended without a Close"
	}
	return text + "; the log ends while the connection is open"
}
