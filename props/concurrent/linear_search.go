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

func (s *search) porcupineModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return linear{} },
		Step: func(state, input, _ any) (bool, any) {
			if s.steps++; s.steps > s.limit {
				return false, state
			}
			next, ok := state.(linear).applyPoint(s.facts, input.(point))
			return ok, next
		},
		DescribeOperation: func(input, _ any) string { return s.facts.describePoint(input.(point)) },
		DescribeState:     func(state any) string { l := state.(linear); return l.describeTable(s.facts) },
	}
}

// findOrder reports whether there is an order, and whether the search was completed.
func (s *search) findOrder() (found, decided bool) {
	found = porcupine.CheckOperations(s.porcupineModel(), s.ops)
	return found, found || s.steps <= s.limit
}

// drawPicture draws the history with the longest orders that were found, as one page
// without a network.
func (s *search) drawPicture(w io.Writer) error {
	s.steps = 0
	m := s.porcupineModel()
	_, info := porcupine.CheckOperationsVerbose(m, s.ops, 0)
	s.steps = 0 // drawing steps again
	return porcupine.Visualize(m, info, w)
}

// describePoint names a point in the picture.
func (f *facts) describePoint(p point) string {
	n := p.n + 1
	switch p.kind {
	case pointCall:
		if c := &f.calls[p.n]; !c.Chosen {
			return fmt.Sprintf("ping %s (%d)", hexPayload(c.Data), n)
		}
		return fmt.Sprintf("ping * (%d)", n)
	case pointRefused:
		return fmt.Sprintf("ping %s (%d): refused", hexPayload(f.calls[p.n].Data), n)
	case pointFrame:
		return "> ping " + hexPayload(f.pingsOnWire[p.n])
	case pointPong:
		return "pong " + hexPayload(f.pongs[p.n])
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

// describeTable is the table: the pings that may be remembered, in the order of the wire.
func (l *linear) describeTable(f *facts) string {
	var entries []string
	for _, n := range l.table[:l.tableLen] {
		text := fmt.Sprintf("%d: %s", n+1, hexPayload(l.payloadOf(f, int(n))))
		switch {
		case n&ofKeepalive != 0:
			text = "keepalive: " + hexPayload(l.payloadOf(f, int(n)))
		case l.status[n] == callCancelled:
			text += " cancelled"
		case l.mustBeAcked.has(int(n)):
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

// hexPayload is a payload in the text form.
func hexPayload(data string) string {
	return strings.TrimPrefix((&model.Op{Kind: model.Pong, Data: model.Bytes(data)}).String(), "pong ")
}
