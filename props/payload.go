package props

import (
	"github.com/pongcheck/pongcheck/model"
)

// derive is what p becomes when the payload of its target is base.
func derive(p model.Payload, base string) string {
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

// sent are the payloads of the pings so far, as far as they are known without a
// subject.
type sent struct {
	data  []string
	known []bool
}

func (s *sent) reset() { s.data, s.known = s.data[:0], s.known[:0] }

// add notes the payload of a ping op.
func (s *sent) add(p model.Payload) {
	data, known := s.resolve(p)
	s.data, s.known = append(s.data, data), append(s.known, known)
}

// resolve is the payload p, and whether it can be known: what the subject chooses
// and what its keepalive sends cannot.
func (s *sent) resolve(p model.Payload) (string, bool) {
	switch {
	case p.Form == model.Literal:
		return p.Lit, true
	case p.Form == model.Chosen || p.Keep:
		return "", false
	case p.Ref > len(s.data):
		return derive(p, ""), true // no such ping yet
	}
	return derive(p, s.data[p.Ref-1]), s.known[p.Ref-1]
}

// target is the ping that cancel n means: n counts modulo the pings so far; 0
// if there is none.
func (s *sent) target(n int) int {
	if len(s.data) == 0 {
		return 0
	}
	return (n-1)%len(s.data) + 1
}

// asEcho is the echo of the newest ping with payload p, or p itself.
func (s *sent) asEcho(p model.Payload) model.Payload {
	for k := len(s.data); k > 0 && p.Form == model.Literal; k-- {
		if s.known[k-1] && s.data[k-1] == p.Lit {
			return model.EchoOf(k)
		}
	}
	return p
}
