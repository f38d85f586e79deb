package specimen

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// UnfoundMutants returns mutants that random traces do not find. Each shows a gap: a trace
// that is never drawn, or a breach that no rule sees. One that is found belongs to [Mutants].
func UnfoundMutants() []Mutant {
	return withProfiles([]Mutant{
		{Name: "closing/queue-cleared", Of: "specimen/exact",
			Change: "close discards what is held up, but for its Close", new: as[closeClearsQueue]},
		{Name: "closing/lost-in-stall", Of: "specimen/exact",
			Change: "a Close that cannot be written at once is forgotten", new: as[closeLostInStall]},
		{Name: "closing/reads-on", Of: "specimen/responder",
			Change: "Pings behind a bad frame in the same read are answered before the connection fails", new: as[readsOn]},
		{Name: "isolation/bom-stripped", Of: "specimen/exact",
			Change: "a byte order mark at the beginning of a text is taken off", new: as[bomStripped]},
	})
}

type closeClearsQueue struct{ exact }

func (x *closeClearsQueue) step(s side, ev *model.Event, out *model.Outcome) {
	n := len(x.stalled)
	if x.exact.step(s, ev, out); ev.Kind == model.Close && len(x.stalled) > n {
		x.stalled = slices.Delete(x.stalled, 0, n)
	}
}

type closeLostInStall struct{ exact }

func (x *closeLostInStall) step(s side, ev *model.Event, out *model.Outcome) {
	n := len(x.stalled)
	if x.exact.step(s, ev, out); ev.Kind == model.Close {
		x.stalled = x.stalled[:n]
	}
}

type readsOn struct{ responder }

func (p *readsOn) nextFrame(b []byte) (*frame.Frame, violation, int) {
	f, bad, n := p.responder.nextFrame(b)
	if f == nil || bad == (violation{}) {
		return f, bad, n
	}
	for n < len(b) {
		next, worse, m := p.responder.nextFrame(b[n:])
		if n += m; next == nil || worse != (violation{}) {
			break
		}
		if next.Opcode == frame.Ping {
			p.answerPing(p.copyBytes(next.Payload))
		}
	}
	return f, bad, n
}

type bomStripped struct{ exact }

func (x *bomStripped) assembleMessage(f *frame.Frame, data string) violation {
	if f.Opcode == frame.Text {
		data = strings.TrimPrefix(data, "\ufeff")
	}
	return x.exact.assembleMessage(f, data)
}
