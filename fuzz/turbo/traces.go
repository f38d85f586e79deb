package turbo

import (
	"math/rand/v2"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// Traces returns a target whose inputs are traces of up to maxOps ops, in their binary form, for a
// subject with this info. Traces are generated as by [generate.Generator] and changed op by op. Ops
// are cut, copied, moved, or taken from other inputs and from generated traces; payloads, numbers
// and times are replaced. They are shrunk as traces.
func Traces(info model.Info, maxOps int, run func(t *model.Trace, lanes *Lanes) (signature string)) *Target {
	d := &text.Decoder{MaxOps: maxOps}
	m := &traceMutator{generator: generate.New(info, generate.Options{}), maxOps: maxOps}
	m.in.MaxOps, m.other.MaxOps = maxOps, maxOps
	return &Target{
		Run:      func(in []byte, lanes *Lanes) string { return run(d.Decode(in), lanes) },
		Mutate:   m.appendMutated,
		Generate: m.appendGenerated,
		Shrink: func(in []byte, fails func([]byte) bool) []byte {
			t := text.Decode(in)
			info.Restrict(t)
			shrunk, _ := shrink.Trace(&info, t, func(t *model.Trace) bool { return fails(text.Encode(t)) }, traceTries)
			if out := text.Encode(shrunk); fails(out) {
				return out
			}
			return in
		},
	}
}

// traceTries is how many traces a shrink tries at most.
const traceTries = 5000

// traceMutator changes traces. It reuses its memory.
type traceMutator struct {
	generator *generate.Generator // makes new traces
	maxOps    int                 // most ops of an input
	in, other text.Decoder        // of the input and of the donor
	generated model.Trace         // by generator, see drawn
	drawn     bool                // generated holds a trace for the current input
	ops       []model.Op          // of the trace that is being changed
	config    model.Config        // of that trace
	donor     []model.Op          // of another input, to take from
	rng       *rand.Rand          // of the current change
}

// traceEdits are the changes of a trace. A change that stands twice is made twice as often.
var traceEdits = []func(*traceMutator){
	(*traceMutator).cutOps, (*traceMutator).truncateOps, (*traceMutator).doubleOps, (*traceMutator).moveOps, (*traceMutator).swapOps,
	(*traceMutator).spliceDonor, (*traceMutator).crossDonor, (*traceMutator).insertGenerated, (*traceMutator).insertGenerated, (*traceMutator).extendEnd, (*traceMutator).extendEnd,
	(*traceMutator).changeJoin, (*traceMutator).replaceOp, (*traceMutator).changePayload, (*traceMutator).changePayload, (*traceMutator).changeNumber, (*traceMutator).changeNumber, (*traceMutator).changeConfig,
}

// appendGenerated appends a generated trace.
func (m *traceMutator) appendGenerated(dst []byte, rng *rand.Rand) []byte {
	m.rng, m.drawn = rng, false
	t := m.drawTrace()
	t.Ops = t.Ops[:min(len(t.Ops), m.maxOps)]
	return text.AppendBinary(dst, t)
}

func (m *traceMutator) appendMutated(dst, in, other []byte, rng *rand.Rand) []byte {
	t := m.in.Decode(in)
	m.rng, m.drawn = rng, false
	m.ops, m.config = append(m.ops[:0], t.Ops...), t.Config
	m.donor = m.other.Decode(other).Ops
	for range drawEditCount(rng) {
		traceEdits[rng.IntN(len(traceEdits))](m)
	}
	m.ops = m.ops[:min(len(m.ops), m.maxOps)]
	m.limitTimes()
	return text.AppendBinary(dst, &model.Trace{Config: m.config, Ops: m.ops})
}

// limitTimes bounds the times of ops by what the keepalive of the trace allows: each of its
// intervals is a Ping.
func (m *traceMutator) limitTimes() {
	for i := range m.ops {
		m.ops[i].Time = min(m.ops[i].Time, m.config.MaxAdvance())
	}
}

// drawTrace returns a generated trace, the same one for all changes of one input.
func (m *traceMutator) drawTrace() *model.Trace {
	if !m.drawn {
		m.generator.Trace(m.rng.Uint64(), 0, &m.generated)
		m.drawn = true
	}
	return &m.generated
}

// drawPlace draws where to insert something. Half of the time it is the end, where the model is in
// the state that made the input worth keeping.
func (m *traceMutator) drawPlace() int {
	if m.rng.IntN(2) == 0 {
		return len(m.ops)
	}
	return m.rng.IntN(len(m.ops) + 1)
}

// insertOps inserts a range of ops.
func (m *traceMutator) insertOps(ops []model.Op) {
	if len(ops) > 0 {
		from, to := drawStretch(len(ops), m.rng)
		m.ops = insertInto(m.ops, m.drawPlace(), ops[from:to])
	}
}

func (m *traceMutator) cutOps() {
	if len(m.ops) > 0 {
		from, to := drawStretch(len(m.ops), m.rng)
		m.ops = append(m.ops[:from], m.ops[to:]...)
	}
}

func (m *traceMutator) truncateOps() { m.ops = m.ops[:m.rng.IntN(len(m.ops)+1)] }

func (m *traceMutator) doubleOps() { m.insertOps(m.ops) }

func (m *traceMutator) spliceDonor() { m.insertOps(m.donor) }

func (m *traceMutator) insertGenerated() { m.insertOps(m.drawTrace().Ops) }

// extendEnd adds a few ops at the end, of the donor or generated.
func (m *traceMutator) extendEnd() {
	ops := m.donor
	if m.rng.IntN(2) == 0 {
		ops = m.drawTrace().Ops
	}
	if len(ops) > 0 {
		from := m.rng.IntN(len(ops))
		m.ops = append(m.ops, ops[from:min(len(ops), from+1+m.rng.IntN(4))]...)
	}
}

// crossDonor replaces the end of the trace by an end of the donor.
func (m *traceMutator) crossDonor() {
	m.truncateOps()
	m.ops = append(m.ops, m.donor[m.rng.IntN(len(m.donor)+1):]...)
}

func (m *traceMutator) moveOps() {
	if len(m.ops) > 0 {
		from, to := drawStretch(len(m.ops), m.rng)
		at := m.rng.IntN(len(m.ops) - (to - from) + 1)
		if at <= from {
			rotateLeft(m.ops[at:to], from-at)
		} else {
			rotateLeft(m.ops[from:at+to-from], to-from)
		}
	}
}

func (m *traceMutator) swapOps() {
	if len(m.ops) > 1 {
		i := m.rng.IntN(len(m.ops) - 1)
		m.ops[i], m.ops[i+1] = m.ops[i+1], m.ops[i]
	}
}

func (m *traceMutator) replaceOp() {
	if ops := m.drawTrace().Ops; len(m.ops) > 0 && len(ops) > 0 {
		m.ops[m.rng.IntN(len(m.ops))] = ops[m.rng.IntN(len(ops))]
	}
}

func (m *traceMutator) changeConfig() { m.config = m.drawTrace().Config }

// changePayload gives an op another payload: that of another op, or another relation to a ping.
// Raw ops keep their bytes.
func (m *traceMutator) changePayload() {
	if len(m.ops) == 0 {
		return
	}
	o, from := &m.ops[m.rng.IntN(len(m.ops))], &m.ops[m.rng.IntN(len(m.ops))]
	switch {
	case !o.Kind.HasPayload() || o.Kind == model.Raw:
	case m.rng.IntN(2) == 0 && from.Kind.HasPayload() && from.Kind != model.Raw && from.Data.Form != model.Chosen:
		o.Data = from.Data
	case o.Kind == model.Ping && m.rng.IntN(2) == 0:
		o.Data = model.Payload{Form: model.Chosen}
	default:
		o.Data = m.drawRelation()
	}
}

// changeJoin lets the bytes of an op of the peer arrive with those of the next, or no longer.
// The op may be doubled: both arrive in one read.
func (m *traceMutator) changeJoin() {
	if len(m.ops) == 0 {
		return
	}
	i := m.rng.IntN(len(m.ops))
	o := &m.ops[i]
	if !o.Kind.FromPeer() {
		return
	}
	if o.Join = !o.Join; o.Join && m.rng.IntN(2) == 0 {
		m.ops = insertInto(m.ops, i+1, []model.Op{*o})
		m.ops[i+1].Join = false
	}
}

// drawRelation draws a relation to one of the last pings, as real peers answer: mostly the echo.
func (m *traceMutator) drawRelation() model.Payload {
	calls := 0
	for i := range m.ops {
		if m.ops[i].Kind == model.Ping {
			calls++
		}
	}
	p := model.Payload{Form: model.Echo, Ref: 1 + m.rng.IntN(max(1, calls))}
	switch m.rng.IntN(8) {
	case 0:
		p.Form, p.N = model.Prefix, m.rng.IntN(8)
	case 1:
		p.Form, p.Lit = model.Extended, dictionary[m.rng.IntN(len(dictionary))]
	case 2:
		p.Form, p.N = model.Flipped, m.rng.IntN(64)
	}
	return p
}

// times are durations that matter to keepalives.
var times = [...]time.Duration{1, time.Millisecond, time.Second, 5 * time.Second, 10 * time.Second, 20 * time.Second, 40 * time.Second, time.Minute}

// closeCodes are those of RFC 6455 section 7.4 and their neighbours.
var closeCodes = [...]int{0, 999, 1000, 1001, 1002, 1005, 1006, 1007, 1011, 1015, 3000, 4000, 4999, 5000, 65535}

// changeNumber changes the number, target or time of an op.
func (m *traceMutator) changeNumber() {
	if len(m.ops) == 0 {
		return
	}
	switch o := &m.ops[m.rng.IntN(len(m.ops))]; {
	case o.Kind == model.Cancel:
		o.N = max(1, o.N+m.rng.IntN(5)-2)
	case o.Kind == model.Advance:
		o.Time = times[m.rng.IntN(len(times))]
	case o.Kind == model.Close || o.Kind == model.PeerClose:
		o.N = closeCodes[m.rng.IntN(len(closeCodes))]
	case o.Data.Relation():
		o.Data.Ref = max(1, o.Data.Ref+m.rng.IntN(5)-2)
	case o.Kind == model.Cont:
		o.Fin = !o.Fin
	}
}
