package model

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/pongcheck/pongcheck/frame"
)

// longestPause is how long one op may wait by a real clock: long enough to miss a
// keepalive of 40 ms.
const longestPause = 150 * time.Millisecond

// Admits reports whether a subject with this info can run t: whether it has the role,
// every setting and every op. Whatever makes a trace for a subject, or changes one, has
// to keep to it.
func (info *Info) Admits(t *Trace) bool {
	if !info.AdmitsConfig(&t.Config) {
		return false
	}
	for i := range t.Ops {
		if !info.AdmitsOp(&t.Ops[i]) {
			return false
		}
	}
	return true
}

// AdmitsOp reports whether a subject with this info can do o.
func (info *Info) AdmitsOp(o *Op) bool {
	return info.offers(o) && (!info.Real || o.Time <= longestPause)
}

// offers reports whether the subject has the call or the frame of o.
func (info *Info) offers(o *Op) bool {
	return info.Can.Has(o.Kind) && (o.Kind != Ping || info.offersPing(o.Data.Form))
}

// offersPing reports whether a ping with such a payload can be asked for.
func (info *Info) offersPing(f Form) bool {
	if f == Chosen {
		return info.Chooses
	}
	return info.Given
}

// AdmitsConfig reports whether a subject with this info can have the role and every
// setting of c. The traces of one that cannot are not run: each of their ops is unsupported.
func (info *Info) AdmitsConfig(c *Config) bool {
	return info.admitsRole(c.Role) && info.admitsKeepalive(c) &&
		(c.Deflate == NoDeflate || info.Deflate) && (c.Cut == 0 || info.Cuts)
}

// refusal says what of c the subject cannot have, in the words of the text form; it is
// empty if there is nothing.
func (info *Info) refusal(c *Config) string {
	switch {
	case !info.admitsRole(c.Role):
		return "role=" + c.Role.String()
	case !info.admitsKeepalive(c):
		return "keepalive=" + c.Interval.String() + "/" + c.Timeout.String()
	case c.Deflate != NoDeflate && !info.Deflate:
		return "deflate"
	case c.Cut != 0 && !info.Cuts:
		return "cut=" + strconv.Itoa(c.Cut)
	}
	return ""
}

// Refuses says what keeps t from running on a subject with this info: a setting that the
// subject cannot have, or that it can do none of the ops. It is nil where t can run. A
// single op that the subject cannot do keeps nothing from running: its outcome says so.
func (info *Info) Refuses(t *Trace) error {
	if what := info.refusal(&t.Config); what != "" {
		return fmt.Errorf("the subject cannot do that: config %s", what)
	}
	for i := range t.Ops {
		if info.offers(&t.Ops[i]) {
			return nil
		}
	}
	if len(t.Ops) > 0 {
		return fmt.Errorf("the subject cannot do that: op 1, %s, and each other op", &t.Ops[0])
	}
	return nil
}

// admitsRole reports whether the subject can play the role. An Info without roles has both.
func (info *Info) admitsRole(r Role) bool { return info.Roles == 0 || info.Roles>>r&1 != 0 }

// admitsKeepalive reports whether the subject can have the keepalive of c. By a real clock
// it has to be as quick as a pause.
func (info *Info) admitsKeepalive(c *Config) bool {
	quick := c.Interval <= longestPause && c.Timeout <= longestPause
	return c.Interval == 0 || info.Keeps && (quick || !info.Real) && c.Timeout == info.Timeouts.Of(c.Interval, c.Timeout)
}

// Adapt returns a copy of t that info admits, or nil if the subject cannot do what t is
// about. Adapt leaves payloads to a subject that cannot be given one, gives its keepalive
// the time-out that it can have, and changes the role, unless there are raw bytes: they
// are masked for one role only.
func (info *Info) Adapt(t *Trace) *Trace {
	c := t.Clone()
	for i := range c.Ops {
		if o := &c.Ops[i]; o.Kind == Ping && !info.Given {
			o.Data = Payload{Form: Chosen}
		}
	}
	c.Config.Timeout = info.Timeouts.Of(c.Config.Interval, c.Config.Timeout)
	isRaw := func(o Op) bool { return o.Kind == Raw }
	if !info.admitsRole(c.Config.Role) && !slices.ContainsFunc(c.Ops, isRaw) {
		c.Config.Role = 1 - c.Config.Role
	}
	if !info.Admits(c) {
		return nil
	}
	return c
}

// Restrict changes t itself into a trace that info admits: it drops the ops that the
// subject cannot do, and resets the settings that it cannot have. It is for traces that
// know nothing of the subject, such as the inputs of a fuzz engine. What an application
// must not ask for goes, too.
func (info *Info) Restrict(t *Trace) {
	info.restrictConfig(&t.Config)
	kept := t.Ops[:0]
	for i := range t.Ops {
		if o := &t.Ops[i]; info.restrictOp(o) {
			kept = append(kept, *o)
		}
	}
	t.Ops = kept
}

func (info *Info) restrictConfig(c *Config) {
	if !info.admitsRole(c.Role) {
		c.Role = 1 - c.Role
	}
	if !info.Keeps || info.Real {
		c.Interval, c.Timeout = 0, 0
	}
	c.Timeout = info.Timeouts.Of(c.Interval, c.Timeout)
	if !info.Deflate {
		c.Deflate = NoDeflate
	}
	if !info.Cuts {
		c.Cut = 0
	}
}

// restrictOp reports whether the subject can do o, once o is changed.
func (info *Info) restrictOp(o *Op) bool {
	if !info.Can.Has(o.Kind) {
		return false
	}
	if info.Real {
		o.Time = min(o.Time, longestPause)
	}
	if !info.Deflate {
		o.Z = false
	}
	if !info.Keeps && !info.OwnPings {
		o.Keep, o.Data.Keep = false, false
	}
	if o.Kind == Close && !frame.CloseCode(o.N).Sendable() {
		o.N = 0 // libraries differ in what they do with the others
	}
	if o.Kind == Ping && !info.AdmitsOp(o) {
		if o.Data = (Payload{}); !info.Given {
			o.Data.Form = Chosen
		}
	}
	return info.AdmitsOp(o)
}
