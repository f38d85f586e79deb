package specimen

import "github.com/pongcheck/pongcheck/model"

// trackingMutants forget, mix up or hurt waiters.
func trackingMutants() []Mutant {
	return []Mutant{
		{
			Name: "tracking/second-pong", Of: "specimen/exact", Mirrors: "coder/websocket, fixed in 1.8.7", Profile: "exact",
			Change: "an acknowledged entry stays, and a second Pong acknowledges it again",
			info:   simple(), new: func() model.Subject { return running{new(secondPong)} },
		},
		{
			Name: "tracking/prefix-matches", Of: "specimen/exact", Profile: "exact",
			Change: "a Pong with the beginning of a payload acknowledges it",
			info:   simple(), new: func() model.Subject { return running{new(prefixMatches)} },
		},
	}
}

type secondPong struct{ exact }

func (x *secondPong) pong(data string) {
	if i := x.find(data); i >= 0 {
		x.resolve(x.entries[i].id, model.Acked)
	}
}

type prefixMatches struct{ exact }

func (x *prefixMatches) pong(data string) {
	for i := range x.entries {
		if d := x.entries[i].data; len(data) > 0 && len(data) < len(d) && same(d[:len(data)], data) {
			x.resolve(x.take(i).id, model.Acked)
			return
		}
	}
	x.exact.pong(data)
}
