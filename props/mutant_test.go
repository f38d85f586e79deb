package props

import (
	"context"
	"iter"

	"github.com/pongcheck/pongcheck/model"
)

// referenceInfo is what the reference can do.
func referenceInfo() model.Info {
	info := model.Everything()
	info.Keeps = false
	return info
}

func profile(name string) model.Profile {
	p, ok := model.FindProfile(name)
	if !ok {
		panic(name)
	}
	return p
}

// reference is the model as a subject: right by definition.
func reference(p model.Profile) *model.Implementation {
	info := referenceInfo()
	return &model.Implementation{Name: "reference", Version: "1", Profile: p.Name, Info: info, New: func() model.Subject { return model.NewState(p, info) }}
}

// mutant is the reference with one bug, which spoils what it shows.
type mutant struct {
	model.Subject
	spoil func(m *mutant, ev *model.Event, out *model.Outcome)

	waiting map[string]bool // payloads of pings: not cancelled
	number  map[int]string
}

func (m *mutant) Step(ev *model.Event, out *model.Outcome) {
	switch ev.Kind {
	case model.Open:
		m.waiting, m.number = map[string]bool{}, map[int]string{}
	case model.Ping:
		data := string(append([]byte(nil), ev.Data...))
		m.waiting[data], m.number[ev.N] = true, data
	case model.Cancel:
		if data, is := m.number[ev.N]; is {
			m.waiting[data] = false
		}
	}
	m.Subject.Step(ev, out)
	m.spoil(m, ev, out)
}

// broken is an implementation with a bug. Its ops are those that the bugs of
// these tests need.
func broken(spoil func(m *mutant, ev *model.Event, out *model.Outcome)) *model.Implementation {
	p := profile("websockets")
	impl := reference(p)
	impl.Name = "mutant"
	impl.Info.Chooses = false
	impl.Info.Can = model.KindsOf(model.Ping, model.Pong, model.Cancel, model.RecvPing, model.Settle, model.Msg, model.Frag, model.Cont, model.Advance)
	impl.New = func() model.Subject { return &mutant{Subject: model.NewState(p, impl.Info), spoil: spoil} }
	return impl
}

// crashes is the incident: a Pong meets a cancelled waiter.
func crashes(m *mutant, ev *model.Event, _ *model.Outcome) {
	if waiting, is := m.waiting[ev.Data]; ev.Kind == model.Pong && is && !waiting {
		panic(invalidStateError("set_result on a cancelled future"))
	}
}

type invalidStateError string

func (e invalidStateError) Error() string { return string(e) }

// mute does not answer the longest pings.
func mute(_ *mutant, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.RecvPing && len(ev.Data) == 125 {
		out.Frames = out.Frames[:0]
	}
}

// elsewhere is impl behind a driver.
func elsewhere(impl *model.Implementation) *model.Implementation {
	far := *impl
	far.New = nil
	far.Run = func(ctx context.Context, traces iter.Seq[*model.Trace]) iter.Seq2[*model.Transcript, error] {
		return func(yield func(*model.Transcript, error) bool) {
			c := model.NewChecker(model.RFC(), impl.Info)
			c.Record, c.GoOn = true, true
			for t := range traces {
				if err := ctx.Err(); err != nil {
					yield(nil, err)
					return
				}
				if !yield(c.RunIn(impl, t.Clone()).Transcript, nil) {
					return
				}
			}
		}
	}
	return &far
}
