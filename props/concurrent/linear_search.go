package concurrent

import (
	"fmt"
	"io"
	"strings"

	"github.com/anishathalye/porcupine"

	"github.com/pongcheck/pongcheck/model"
)

// maxSteps is how many steps a search may take. One that needs more is undecided.
const maxSteps = 200_000

// search looks for an order of the points by trying.
type search struct {
	facts *facts
	ops   []porcupine.Operation
	steps int
	limit int // of steps
}

func newSearch(f *facts, all []interval) *search {
	s := &search{facts: f, limit: maxSteps}
	for i, p := range all {
		s.ops = append(s.ops, porcupine.Operation{ClientId: i, Input: p.point, Call: p.from, Output: p.kind, Return: p.to})
	}
	return s
}

func (s *search) model() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return linear{} },
		Step: func(state, input, _ any) (bool, any) {
			if s.steps++; s.steps > s.limit {
				return false, state
			}
			next, ok := state.(linear).step(s.facts, input.(point))
			return ok, next
		},
		DescribeOperation: func(input, _ any) string { return s.facts.describe(input.(point)) },
		DescribeState:     func(state any) string { l := state.(linear); return l.describe(s.facts) },
	}
}

// run reports whether there is an order, and whether the search came to an end.
func (s *search) run() (found, decided bool) {
	found = porcupine.CheckOperations(s.model(), s.ops)
	return found, found || s.steps <= s.limit
}

// picture draws the history with the longest orders that were found, as one page
// without a network.
func (s *search) picture(w io.Writer) error {
	s.steps = 0
	m := s.model()
	_, info := porcupine.CheckOperationsVerbose(m, s.ops, 0)
	s.steps = 0 // drawing steps again
	return porcupine.Visualize(m, info, w)
}

// describe names a point in the picture.
func (f *facts) describe(p point) string {
	n := p.n + 1
	switch p.kind {
	case pointCall:
		if c := &f.calls[p.n]; !c.Chosen {
			return fmt.Sprintf("ping %s (%d)", hex(c.Data), n)
		}
		return fmt.Sprintf("ping * (%d)", n)
	case pointRefused:
		return fmt.Sprintf("ping %s (%d): refused", hex(f.calls[p.n].Data), n)
	case pointFrame:
		return "> ping " + hex(f.wire[p.n])
	case pointPong:
		return "pong " + hex(f.pongs[p.n])
	case pointAcked:
		return fmt.Sprintf("%d acked", n)
	case pointCancelled:
		return fmt.Sprintf("%d cancelled", n)
	case pointFailed:
		return fmt.Sprintf("%d failed", n)
	case pointClose:
		return "close"
	case pointSettle:
		return "settle"
	}
	return "end"
}

// describe is the table: the pings that may be remembered, in the order of the wire.
func (l *linear) describe(f *facts) string {
	var entries []string
	for _, n := range l.table[:l.n] {
		text := fmt.Sprintf("%d: %s", n+1, hex(l.data(f, int(n))))
		switch {
		case l.status[n] == callCancelled:
			text += " cancelled"
		case l.owed.has(int(n)):
			text += " answered"
		}
		entries = append(entries, text)
	}
	text := "[" + strings.Join(entries, ", ") + "]"
	if l.closing {
		text += " closing"
	}
	return text
}

// hex is a payload in the text form.
func hex(data string) string {
	return strings.TrimPrefix((&model.Op{Kind: model.Pong, Data: model.Bytes(data)}).String(), "pong ")
}
