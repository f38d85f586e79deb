package model

// resolveOp makes the event at hand of an op. joins says that its bytes wait for those of
// the next op.
func (c *Checker) resolveOp(op *Op, joins bool) {
	e := &c.ev
	e.Join = joins
	e.Kind, e.Keep, e.Text, e.Z, e.Fin, e.Chosen = op.Kind, op.Keep, op.Text, op.Z, op.Fin, false
	e.N, e.Time = op.N, op.Time
	e.Data = op.Data.Lit
	if op.Data.Form != Literal {
		e.Data = c.resolvePayload(&op.Data)
	}
	switch op.Kind {
	case Ping:
		e.N, e.Chosen = len(c.state.tracker.calls)+1, op.Data.Form == Chosen
	case Cancel:
		e.N = c.resolveTarget(op.N, op.Keep)
	}
}

// resolveTarget returns the ping that a cancel of number n is for: n modulo the pings so
// far, or 0 if there is none.
func (c *Checker) resolveTarget(n int, keep bool) int {
	have := len(c.state.tracker.calls)
	if keep {
		have = len(c.state.tracker.keepalives)
	}
	if have == 0 || n < 1 {
		return 0
	}
	return (n-1)%have + 1
}

// resolvePayload returns the bytes of a payload that is not literal.
func (c *Checker) resolvePayload(d *Payload) string {
	if d.Form == Chosen {
		return ""
	}
	base := ""
	if p := c.state.tracker.findPing(d.Ref, d.Keep); p != nil && p.known {
		base = p.data
	}
	switch d.Form {
	case Prefix:
		return c.arena.Join(base[:min(d.N, len(base))], "")
	case Extended:
		return c.arena.Join(base, d.Lit)
	case Flipped:
		return c.arena.Flip(base, d.N)
	}
	return c.arena.Join(base, "")
}
