package metamorphic

import (
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/rng"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// renamingProperty gives other names to all payloads of control frames: one to one, and of
// the same length. Only printable ASCII changes, for a subject may take payloads as
// text, and be unable to take some. Raw bytes would keep the old names, and what the
// subject chooses is its own: neither occurs.
func renamingProperty() Property {
	return Property{
		Name:     "renaming",
		Sentence: "Renaming payloads renames what is sent and received, and changes nothing else.",
		How:      "run 2 is run 1 with other names for the payloads, one to one and of the same length",
		Hazard:   "an answer is lost because of the bytes that a ping happens to carry",
		verdict:  func(*model.Profile, *model.Info) model.Verdict { return model.NonStrict },
		restrict: func(info *model.Info) {
			withoutStalls(info)
			info.Can &^= model.KindsOf(model.Raw)
			if info.Chooses = false; !info.Given {
				info.Can &^= model.KindsOf(model.Ping, model.Cancel)
			}
		},
		variants: func(*model.Trace) int { return len(alphabets) },
		variant: func(t *model.Trace, way int) *experiment {
			names := &alphabets[way]
			b := renamePayloads(endSettled(t), names)
			return &experiment{traces: []*model.Trace{endSettled(t), b},
				ask: compareViews(view{pongs: true, rename: names.rename}, view{pongs: true})}
		},
	}
}

// alphabet is a permutation of the bytes.
type alphabet [256]byte

// The printable bytes of ASCII, blank excluded, are what is renamed.
const firstName, lastName = '!', '~'

// alphabets turn the order of names around, and scramble it.
var alphabets = []alphabet{
	newAlphabet(func(i, n int, _ *rng.RNG) int { return n - 1 - i }),
	newAlphabet(func(i, _ int, r *rng.RNG) int { return r.Below(i + 1) }),
}

// newAlphabet swaps each name with the one at the place that swap says: of those up
// to it, which permutes them fairly (Fisher and Yates), or of all.
func newAlphabet(swap func(i, n int, r *rng.RNG) int) (a alphabet) {
	for i := range a {
		a[i] = byte(i)
	}
	names := a[firstName : lastName+1]
	r := rng.NewStream(6455, 1)
	for i := range names {
		if j := swap(i, len(names), &r); j <= i {
			names[i], names[j] = names[j], names[i]
		}
	}
	return a
}

func (a *alphabet) rename(s string) string {
	b := []byte(s)
	for i := range b {
		b[i] = a[b[i]]
	}
	return string(b)
}

// named are the kinds whose payloads are renamed.
var named = model.KindsOf(model.Ping, model.Pong, model.RecvPing, model.SendPong)

// renamePayloads is t with every relation spelt out, and renamed.
func renamePayloads(t *model.Trace, names *alphabet) *model.Trace {
	c := t.Clone()
	var s sent.Pings
	for i := range c.Ops {
		o := &c.Ops[i]
		data, _ := s.Resolve(o.Data)
		if o.Kind == model.Ping {
			s.Add(o.Data)
		}
		if named.Has(o.Kind) {
			data = names.rename(data)
		}
		o.Data = model.Bytes(data)
	}
	return c
}
