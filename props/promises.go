package props

import (
	"fmt"

	"github.com/pongcheck/pongcheck/model"
)

// promises holds what the Info of a subject promises against what the subject did. An op
// that is promised and never done was not tested, and a keepalive that never pings was
// never set: both would pass without a word.
type promises struct {
	undoneOps int           // ops that the subject could not do
	undone    []undoneOp    // each sort of op that some trace could not do
	keepalive model.RuleSet // the rule that a keepalive ping reaches
	silent    int           // traces with a keepalive and time for it, in which it sent no Ping
	pinged    bool          // some keepalive sent one
}

// undoneOp is a sort of op, as [model.Op.SameSort] has it.
type undoneOp struct {
	op   model.Op
	runs int  // traces that could not do it
	done bool // some trace did it
}

// enoughRuns is how many traces have to agree before a promise counts as broken.
const enoughRuns = 8

// addRun records what a trace showed of the promises. A subject that refused the whole
// config of the trace broke none.
func (p *promises) addRun(t *model.Trace, r *model.Report) {
	p.undoneOps += r.Unsupported
	if r.Unsupported == 0 || r.Unsupported < r.Ops {
		p.addUndone(t, r)
		p.addKeepalive(t, r)
	}
}

func (p *promises) addUndone(t *model.Trace, r *model.Report) {
	for i := range r.Undone {
		u := p.find(&r.Undone[i])
		if u == nil {
			p.undone = append(p.undone, undoneOp{op: r.Undone[i]})
			u = &p.undone[len(p.undone)-1]
		}
		u.runs++
	}
	if r.Unsupported > 0 || len(p.undone) == 0 {
		return
	}
	for i := range t.Ops[:r.Ops] {
		if u := p.find(&t.Ops[i]); u != nil {
			u.done = true
		}
	}
}

// find returns the entry for an op, or nil.
func (p *promises) find(o *model.Op) *undoneOp {
	for i := range p.undone {
		if p.undone[i].op.SameSort(o) {
			return &p.undone[i]
		}
	}
	return nil
}

// addKeepalive records whether the keepalive of a trace sent a Ping, where it had to: in an
// open connection on which nothing happens for two intervals.
func (p *promises) addKeepalive(t *model.Trace, r *model.Report) {
	if p.pinged || t.Config.Interval == 0 {
		return
	}
	if p.keepalive == 0 {
		id, _ := model.FindRule("keepalive.interval")
		p.keepalive = 1 << id
	}
	if p.pinged = r.Reached&p.keepalive != 0; p.pinged {
		return
	}
	for i := range t.Ops[:r.Ops] {
		switch o := &t.Ops[i]; o.Kind {
		case model.Close, model.PeerClose, model.Drop, model.EOF, model.Raw, model.Block:
			return
		case model.Advance:
			if o.Time > 2*t.Config.Interval {
				p.silent++
				return
			}
		}
	}
}

// judge says which promise was broken in every trace that could tell, or returns nil.
func (p *promises) judge(impl *model.Implementation, r *Result) error {
	if r.Ops > 0 && p.undoneOps == r.Ops && r.Verdict < model.FAILED {
		return fmt.Errorf("%s did none of %d ops: does it open, and does Info say what it can?", impl.Name, r.Ops)
	}
	for i := range p.undone {
		if u := &p.undone[i]; !u.done && u.runs >= enoughRuns {
			return fmt.Errorf("%s: %s was not done in any of %d traces: %s", impl.Name, sortOf(&u.op), u.runs, mendPromise(impl, &u.op))
		}
	}
	if !p.pinged && p.silent >= enoughRuns && r.Verdict < model.FAILED { // else its failures say so
		return fmt.Errorf("%s: Info.Keeps is set, but no keepalive sent a Ping in %d traces that gave it time: "+
			"configure it from the interval and time-out of the trace's config, or leave Info.Keeps out", impl.Name, p.silent)
	}
	return nil
}

// sortOf names an op as Info tells ops apart.
func sortOf(o *model.Op) string {
	if o.Kind == model.Ping && o.Data.Form == model.Chosen {
		return "ping *"
	}
	return o.Kind.String()
}

// mendPromise says how to keep the promise of an op, or not to make it.
func mendPromise(impl *model.Implementation, o *model.Op) string {
	switch {
	case impl.Run != nil:
		return "let the driver do it, or leave it out of its can line"
	case o.Kind == model.Ping && o.Data.Form == model.Chosen:
		return "set Endpoint.PingAny, or leave Info.Chooses out"
	case o.Kind == model.Ping:
		return "set Endpoint.Ping, or leave Info.Given out"
	case o.Kind == model.MsgSend:
		return "set Endpoint.Send, or leave model.MsgSend out of Info.Can"
	case o.Kind == model.SendPong:
		return "set Endpoint.Pong, or leave model.SendPong out of Info.Can"
	case o.Kind == model.Close:
		return "set Endpoint.Close, or leave model.Close out of Info.Can"
	}
	return "let the adapter do it, or leave it out of Info.Can"
}
