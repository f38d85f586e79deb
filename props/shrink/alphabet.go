package shrink

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// Alphabet is what an exhaustive search puts traces together from.
//
// Names are payloads that are alike: a trace that swaps two of them says the same,
// so they are introduced in one order only. That order is b, a, d, c and so on:
// to a tracker that sorts its payloads they are not alike, and in the order of the
// letters it would look right.
type Alphabet struct {
	Config   model.Config
	Kinds    model.Kinds     // of Ping, Pong, RecvPing and Cancel: the search completes these
	Names    int             // payloads that are alike, 26 at most: see name
	Literals []string        // payloads that are not
	Changes  []model.Payload // of a Pong besides the plain echo: Prefix, Extended, Flipped; Ref is ignored
	Ops      []model.Op      // any other, tried as they are
}

// nameOf is the n-th name.
func (a *Alphabet) nameOf(n int) string {
	if n^1 < a.Names {
		n ^= 1
	}
	return letter(n)
}

// completed are the kinds that a search completes with payloads and targets.
const completed = model.Kinds(1<<model.Ping | 1<<model.Pong | 1<<model.RecvPing | 1<<model.Cancel)

// AlphabetOf is an alphabet in which t, and whatever is simpler of its kind, can
// be written, for a subject with this info: its ops and payloads, and pings, pongs,
// cancels and settle in any case.
func AlphabetOf(t *model.Trace, info model.Info) Alphabet {
	a := Alphabet{Config: t.Config, Kinds: model.KindsOf(model.Ping, model.Pong, model.Cancel) & info.Can}
	if !info.Given {
		a.Kinds &^= model.KindsOf(model.Ping)
	}
	if info.Can.Has(model.Settle) {
		a.Ops = append(a.Ops, model.Op{Kind: model.Settle})
	}
	var names []string
	s := new(sent.Pings)
	for _, o := range t.Ops {
		data, known := s.Resolve(o.Data)
		if o.Kind == model.Ping {
			s.Add(o.Data)
		}
		switch {
		case o.Kind == model.Cancel && !o.Keep:
			continue
		case o.Join: // tried as it is
		case o.Kind == model.Pong && o.Data.Relation() && !o.Data.Keep:
			a.addChange(o.Data)
			continue
		case completed.Has(o.Kind) && o.Kind.HasPayload() && known:
			a.Kinds |= model.KindsOf(o.Kind)
			if len(data) == 1 && strings.Contains(letters, data) {
				names = addOnce(names, data)
			} else {
				a.Literals = addOnce(a.Literals, data)
			}
			continue
		}
		a.Ops = addOnce(a.Ops, o)
	}
	a.Names = max(2, len(names))
	return a
}

// restrictedTo is a without the kinds and ops that t has none of.
func (a Alphabet) restrictedTo(t *model.Trace) Alphabet {
	var kinds model.Kinds
	for _, o := range t.Ops {
		kinds |= model.KindsOf(o.Kind)
	}
	a.Kinds &= kinds
	a.Ops = slices.DeleteFunc(slices.Clone(a.Ops), func(o model.Op) bool { return !kinds.Has(o.Kind) })
	return a
}

// addChange adds what was done to an echo.
func (a *Alphabet) addChange(p model.Payload) {
	if p.Form != model.Echo {
		p.Ref = 0
		a.Changes = addOnce(a.Changes, p)
	}
}

func addOnce[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// String lists it: "ping, cancel, pong of 62, 61, 0d900f00, echoes changed as
// $1[:3]; settle".
func (a Alphabet) String() string {
	var kinds []string
	for k := model.Ping; k < model.End; k++ {
		if a.Kinds.Has(k) {
			kinds = append(kinds, k.String())
		}
	}
	var payloads []string
	for n := range a.Names {
		payloads = append(payloads, payloadText(model.Op{Kind: model.Ping, Data: model.Bytes(a.nameOf(n))}))
	}
	for _, l := range a.Literals {
		payloads = append(payloads, payloadText(model.Op{Kind: model.Ping, Data: model.Bytes(l)}))
	}
	s := strings.Join(kinds, ", ") + " of " + strings.Join(payloads, ", ")
	for _, p := range a.Changes {
		p.Ref = 1
		s += ", echoes changed as " + payloadText(model.Op{Kind: model.Pong, Data: p})
	}
	for _, o := range a.Ops {
		s += "; " + o.String()
	}
	return s
}

// payloadText is the payload of o in the text form.
func payloadText(o model.Op) string {
	_, payload, _ := strings.Cut(o.String(), " ")
	return payload
}
