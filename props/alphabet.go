package props

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// Alphabet is what an exhaustive search puts traces together from.
//
// Names are payloads that mean nothing: "a", "b" and so on. They are used in
// the order in which they are introduced, since a trace that has them in another
// order is the same but for its names. A tracker that sorts its payloads is not
// blind to that: its pings have to come in the order that shows it, so use
// payloads in Literals for one.
type Alphabet struct {
	Config   model.Config
	Kinds    model.Kinds     // of Ping, Pong, RecvPing and Cancel: the search completes these
	Names    int             // payloads that are alike, 26 at most
	Literals []string        // payloads that are not
	Changes  []model.Payload // of a Pong besides the plain echo: Prefix, Extended, Flipped; Ref is ignored
	Ops      []model.Op      // any other, tried as they are
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
	s := new(sent)
	for _, o := range t.Ops {
		data, known := s.resolve(o.Data)
		if o.Kind == model.Ping {
			s.add(o.Data)
		}
		switch {
		case o.Kind == model.Cancel && !o.Keep:
			continue
		case o.Kind == model.Pong && o.Data.Relation() && !o.Data.Keep:
			a.change(o.Data)
			continue
		case completed.Has(o.Kind) && known:
			a.Kinds |= model.KindsOf(o.Kind)
			if len(data) == 1 && strings.Contains(letters, data) {
				names = add(names, data)
			} else {
				a.Literals = add(a.Literals, data)
			}
			continue
		}
		a.Ops = add(a.Ops, o)
	}
	a.Names = max(2, len(names))
	return a
}

// change adds what was done to an echo.
func (a *Alphabet) change(p model.Payload) {
	if p.Form != model.Echo {
		p.Ref = 0
		a.Changes = add(a.Changes, p)
	}
}

func add[T comparable](list []T, x T) []T {
	if slices.Contains(list, x) {
		return list
	}
	return append(list, x)
}

// String lists it: "ping, pong, cancel of 2 names and 0d900f00; pong changed by
// [:3]; settle".
func (a Alphabet) String() string {
	var kinds []string
	for k := model.Ping; k < model.End; k++ {
		if a.Kinds.Has(k) {
			kinds = append(kinds, k.String())
		}
	}
	s := fmt.Sprintf("%s of %d names", strings.Join(kinds, ", "), a.Names)
	for _, l := range a.Literals {
		s += ", " + word(model.Op{Kind: model.Ping, Data: model.Bytes(l)})
	}
	for _, p := range a.Changes {
		p.Ref = 1
		s += ", echoes changed as " + word(model.Op{Kind: model.Pong, Data: p})
	}
	for _, o := range a.Ops {
		s += "; " + o.String()
	}
	return s
}

// word is the payload of o in the text form.
func word(o model.Op) string {
	_, payload, _ := strings.Cut(o.String(), " ")
	return payload
}
