package propstest

import (
	"context"
	"iter"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// ReferenceInfo is what the reference can do.
func ReferenceInfo() model.Info {
	info := model.Everything()
	info.Keeps, info.Chooses = false, false
	return info
}

func FindProfile(name string) model.Profile {
	p, ok := model.FindProfile(name)
	if !ok {
		panic(name)
	}
	return p
}

// Reference is the model as a subject: right by definition.
func Reference(p model.Profile) *model.Implementation {
	info := ReferenceInfo()
	return &model.Implementation{Name: "reference", Version: "1", Profile: p.Name, Info: info, New: func() model.Subject { return model.NewState(p, info) }}
}

// Mutant is the reference with one bug, which spoils what it shows.
type Mutant struct {
	model.Subject
	spoil func(m *Mutant, ev *model.Event, out *model.Outcome)

	Waiting map[string]bool // payloads of pings: not cancelled
	Number  map[int]string
}

func (m *Mutant) Step(ev *model.Event, out *model.Outcome) {
	switch ev.Kind {
	case model.Open:
		m.Waiting, m.Number = map[string]bool{}, map[int]string{}
	case model.Ping:
		data := string(append([]byte(nil), ev.Data...))
		m.Waiting[data], m.Number[ev.N] = true, data
	case model.Cancel:
		if data, is := m.Number[ev.N]; is {
			m.Waiting[data] = false
		}
	}
	m.Subject.Step(ev, out)
	m.spoil(m, ev, out)
}

// Broken is an implementation with a bug. Its ops are those that the bugs of
// these tests need.
func Broken(spoil func(m *Mutant, ev *model.Event, out *model.Outcome)) *model.Implementation {
	p := FindProfile("websockets")
	impl := Reference(p)
	impl.Name = "mutant"
	impl.Info.Chooses = false
	impl.Info.Can = model.KindsOf(model.Ping, model.Pong, model.Cancel, model.RecvPing, model.Settle, model.Msg, model.Frag, model.Cont, model.Advance)
	impl.New = func() model.Subject { return &Mutant{Subject: model.NewState(p, impl.Info), spoil: spoil} }
	return impl
}

// Crashes is the incident: a Pong meets a cancelled waiter.
func Crashes(m *Mutant, ev *model.Event, _ *model.Outcome) {
	if waiting, is := m.Waiting[ev.Data]; ev.Kind == model.Pong && is && !waiting {
		panic(invalidStateError("set_result on a cancelled future"))
	}
}

type invalidStateError string

func (e invalidStateError) Error() string { return string(e) }

// Mute does not answer the longest pings.
func Mute(_ *Mutant, ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.RecvPing && len(ev.Data) == 125 {
		out.Frames = out.Frames[:0]
	}
}

// Elsewhere is impl behind a driver.
func Elsewhere(impl *model.Implementation) *model.Implementation {
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

// Everything is a subject without limits.
func Everything() model.Info {
	info := model.Everything()
	info.Deflate = true
	return info
}

// OneLine is a trace as the tables of the tests write it.
func OneLine(t *model.Trace) string {
	return strings.ReplaceAll(strings.TrimSpace(strings.TrimPrefix(t.String(), model.Version+"\n")), "\n", "|")
}

func ParseTrace(t *testing.T, ops string) *model.Trace {
	t.Helper()
	tr, err := text.ParseString(model.Version + "\n" + strings.ReplaceAll(ops, "|", "\n") + "\n")
	if err != nil {
		t.Fatal(err)
	}
	return tr.Trace()
}
