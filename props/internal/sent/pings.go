// Package sent keeps the payloads of the pings that a trace has sent so far, and
// resolves payloads that refer to them. It knows no payload that a subject chose.
package sent

import (
	"github.com/pongcheck/pongcheck/model"
)

// Derive is what p becomes when the payload of its target is base.
func Derive(p model.Payload, base string) string {
	switch p.Form {
	case model.Echo:
		return base
	case model.Prefix:
		return base[:min(p.N, len(base))]
	case model.Extended:
		return base + p.Lit
	case model.Flipped:
		if base == "" {
			return ""
		}
		b := []byte(base)
		b[p.N/8%len(b)] ^= 1 << (p.N % 8)
		return string(b)
	}
	return p.Lit
}

// Pings holds the payloads of the pings so far, and whether each is known: a payload
// that the subject chooses is not.
type Pings struct {
	Data  []string
	Known []bool
}

func (s *Pings) Reset() { s.Data, s.Known = s.Data[:0], s.Known[:0] }

// Add notes the payload of a ping op.
func (s *Pings) Add(p model.Payload) {
	data, known := s.Resolve(p)
	s.Data, s.Known = append(s.Data, data), append(s.Known, known)
}

// Resolve is the payload p, and whether it can be known: what the subject chooses
// and what its keepalive sends cannot.
func (s *Pings) Resolve(p model.Payload) (string, bool) {
	switch {
	case p.Form == model.Literal:
		return p.Lit, true
	case p.Form == model.Chosen || p.Keep:
		return "", false
	case p.Ref > len(s.Data):
		return Derive(p, ""), true // no such ping yet
	}
	return Derive(p, s.Data[p.Ref-1]), s.Known[p.Ref-1]
}

// Target is the ping that cancel n means: n counts modulo the pings so far; 0
// if there is none.
func (s *Pings) Target(n int) int {
	if len(s.Data) == 0 {
		return 0
	}
	return (n-1)%len(s.Data) + 1
}

// AsEcho is the echo of the newest ping with payload p, or p itself.
func (s *Pings) AsEcho(p model.Payload) model.Payload {
	for k := len(s.Data); k > 0 && p.Form == model.Literal; k-- {
		if s.Known[k-1] && s.Data[k-1] == p.Lit {
			return model.EchoOf(k)
		}
	}
	return p
}
