package shrink

import (
	"context"

	"github.com/pongcheck/pongcheck/model"
)

// Exhausted is the result of an exhaustive search.
type Exhausted struct {
	Depth  int          // all traces of at most so many ops were run
	Traces int          // how many were run
	Failed *model.Trace // the first of the shortest that failed; nil if all passed
}

// Exhaust runs every trace of at most depth ops (raw bytes count as the frames
// they hold) over the alphabet, up to the
// renaming of names, the shortest first. It ends at the first for which fails is true.
// fails must not keep the trace.
//
// It leaves out only traces that mean the same as another one: a cancel or an echo of a
// ping that does not exist, and the echo of a ping whose payload an earlier ping has.
// Each trace is run from its Open to its End, even if it begins a longer one: the end of
// a trace, and a settle just before it, can show what a longer trace hides.
func Exhaust(ctx context.Context, a Alphabet, depth int, fails func(*model.Trace) bool) (Exhausted, error) {
	s := newEnumeration(ctx, a, 0, fails)
	s.runUpTo(depth)
	return s.Exhausted, s.err
}

// enumeration is an exhaustive search under way.
type enumeration struct {
	Exhausted
	ctx      context.Context
	alphabet Alphabet
	fails    func(*model.Trace) bool
	most     int  // traces to run; 0: any number
	spent    bool // most were run, and some are left
	err      error

	trace   model.Trace
	used    int               // names so far
	pings   []model.Payload   // of the pings so far
	choices [][]model.Payload // of a level each, to be used again
}

func newEnumeration(ctx context.Context, a Alphabet, most int, fails func(*model.Trace) bool) *enumeration {
	s := &enumeration{ctx: ctx, alphabet: a, most: most, fails: fails}
	s.trace.Config = a.Config
	return s
}

// runUpTo runs all traces of at most n ops, unless something ends it. Depth says how
// far it came: a length counts only if it was complete, -1 is not even the empty
// trace.
func (s *enumeration) runUpTo(n int) {
	for s.Depth = -1; s.Depth < n && s.addOps(s.Depth+1); s.Depth++ {
		s.choices = append(s.choices, nil)
	}
}

// addOps adds n ops in every way. It reports whether to go on.
func (s *enumeration) addOps(n int) bool {
	if n == 0 {
		return s.runTrace()
	}
	for k := model.Ping; k <= model.RecvPing; k++ {
		if s.alphabet.Kinds.Has(k) && !s.addKind(k, n) {
			return false
		}
	}
	for i := range s.alphabet.Ops {
		if !s.addOp(s.alphabet.Ops[i], n) {
			return false
		}
	}
	return true
}

// addKind adds an op of kind k in every way, and n-1 more.
func (s *enumeration) addKind(k model.Kind, n int) bool {
	if k == model.Cancel {
		for i := range s.pings {
			if !s.addOp(model.Op{Kind: k, N: i + 1}, n) {
				return false
			}
		}
		return true
	}
	for _, p := range s.payloadsFor(k, n) {
		used := s.used
		if p.Form == model.Literal && used < s.alphabet.Names && p.Lit == s.alphabet.nameOf(used) {
			s.used++
		}
		ok := s.addOp(model.Op{Kind: k, Data: p}, n)
		if s.used = used; !ok {
			return false
		}
	}
	return true
}

// addOp adds o, and more ops up to n, unless it is too long itself.
func (s *enumeration) addOp(o model.Op, n int) bool {
	if n -= opWeight(&o); n < 0 {
		return true
	}
	s.trace.Ops = append(s.trace.Ops, o)
	if o.Kind == model.Ping {
		s.pings = append(s.pings, o.Data)
	}
	ok := s.addOps(n)
	s.trace.Ops = s.trace.Ops[:len(s.trace.Ops)-1]
	if o.Kind == model.Ping {
		s.pings = s.pings[:len(s.pings)-1]
	}
	return ok
}

// payloadsFor are the payloads that an op of kind k may have, n ops before the end.
func (s *enumeration) payloadsFor(k model.Kind, n int) []model.Payload {
	list := s.choices[n-1][:0]
	if k == model.Pong {
		for i := range s.pings {
			if s.isFirstOfPayload(i) {
				list = append(list, model.EchoOf(i+1))
			}
			for _, c := range s.alphabet.Changes {
				if c.Ref = i + 1; s.isFirstOfPayload(i) {
					list = append(list, c)
				}
			}
		}
	}
	for i := range min(s.used+1, s.alphabet.Names) {
		list = s.addLiteral(list, k, s.alphabet.nameOf(i))
	}
	for _, l := range s.alphabet.Literals {
		list = s.addLiteral(list, k, l)
	}
	s.choices[n-1] = list
	return list
}

// addLiteral adds a literal payload, unless a Pong echoes it already.
func (s *enumeration) addLiteral(list []model.Payload, k model.Kind, lit string) []model.Payload {
	p := model.Bytes(lit)
	if k == model.Pong {
		for _, q := range s.pings {
			if q == p {
				return list
			}
		}
	}
	return append(list, p)
}

// isFirstOfPayload reports whether no earlier ping has the payload of ping i. A payload
// that the subject chooses equals no other.
func (s *enumeration) isFirstOfPayload(i int) bool {
	for _, q := range s.pings[:i] {
		if q == s.pings[i] && q.Form == model.Literal {
			return false
		}
	}
	return true
}

// runTrace runs the trace. It reports whether to go on.
func (s *enumeration) runTrace() bool {
	if s.most > 0 && s.Traces >= s.most {
		s.spent = true
		return false
	}
	if s.Traces&0xfff == 0 {
		if s.err = s.ctx.Err(); s.err != nil {
			return false
		}
	}
	s.Traces++
	if s.fails(&s.trace) {
		s.Failed = s.trace.Clone()
		return false
	}
	return true
}
