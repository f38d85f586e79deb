package props

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// What is adapted or restricted is admitted, and what is admitted stays as it is.
func TestAdaptedTracesAreAdmitted(t *testing.T) {
	for name, info := range propstest.LimitedInfos() {
		refused := 0
		for i := range 2000 {
			r := rand.New(rand.NewPCG(8, uint64(i)))
			b := make([]byte, 1+i%60)
			for j := range b {
				b[j] = byte(r.Uint32())
			}
			tr := text.Decode(b)
			admitted := info.Admits(tr)
			adapted := info.Adapt(tr)
			switch {
			case adapted != nil && !info.Admits(adapted):
				t.Fatalf("without %s: Adapt gave\n%s", name, adapted)
			case admitted && (adapted == nil || adapted.String() != tr.String()):
				t.Fatalf("without %s: Adapt changed\n%sinto\n%s", name, tr, adapted)
			case !admitted:
				refused++
			}
			before := tr.String()
			if info.Restrict(tr); !info.Admits(tr) {
				t.Fatalf("without %s: Restrict made\n%sof\n%s", name, tr, before)
			}
		}
		if (refused == 0) != (name == "nothing") {
			t.Errorf("without %s: %d traces were not admitted", name, refused)
		}
	}
}

// A spy is a subject with bugs that notes the first event that its Info does not admit.
type spy struct {
	model.Subject
	info  *model.Info
	stray *string
}

func (s *spy) Step(ev *model.Event, out *model.Outcome) {
	config, o := model.Config{}, model.Op{Kind: ev.Kind, Time: ev.Time}
	if ev.Kind == model.Open {
		config = *ev.Config
	}
	if ev.Kind == model.Ping && ev.Chosen {
		o.Data.Form = model.Chosen
	}
	inside := ev.Kind == model.Open || ev.Kind == model.End || s.info.AdmitsOp(&o)
	if ev.Kind == model.Open {
		inside = s.info.Admits(&model.Trace{Config: config})
	}
	if !inside && *s.stray == "" {
		*s.stray = "config" + string(config.AppendText(nil)) + ", op " + o.String()
	}
	s.Subject.Step(ev, out)
	for i := range out.Frames {
		if f := &out.Frames[i]; f.Opcode == frame.Pong && len(f.Data) > 1 {
			f.Data = f.Data[1:]
		}
	}
	if ev.Kind == model.Pong && len(out.Resolutions) > 1 {
		out.Resolutions = out.Resolutions[:1]
	}
	out.Messages = out.Messages[:0]
}

// Whatever is run for a subject keeps to its Info: generated traces, seeds, the tries of
// a shrink, of a certificate and of the properties.
func TestNothingIsAskedThatInfoDoesNotAdmit(t *testing.T) {
	for name, info := range propstest.LimitedInfos() {
		stray := ""
		p := propstest.FindProfile("websockets")
		impl := &model.Implementation{Name: "spy", Info: info, New: func() model.Subject {
			return &spy{Subject: model.NewState(p, info), info: &info, stray: &stray}
		}}
		o := Options{N: 200, Seed: 1, Tries: 1000, Certify: 1000}
		if _, err := Run(context.Background(), p, impl, o); err != nil && impl.Fit() == nil {
			t.Errorf("without %s: %v", name, err)
		}
		if stray != "" {
			t.Errorf("without %s: Run asked for %s", name, stray)
		}
		stray = ""
		if _, err := RunProperties(context.Background(), p, impl, o); err != nil {
			t.Errorf("without %s: %v", name, err)
		}
		if stray != "" {
			t.Errorf("without %s: RunProperties asked for %s", name, stray)
		}
	}
}

// Every candidate of a shrink is admitted, whatever fails.
func TestShrinkingKeepsToInfo(t *testing.T) {
	for name, info := range propstest.LimitedInfos() {
		g := generate.New(info, generate.Options{})
		var tr model.Trace
		for i := range uint64(40) {
			if g.Trace(3, i, &tr); !info.Admits(&tr) {
				t.Fatalf("without %s: the generator made\n%s", name, &tr)
			}
			r := rand.New(rand.NewPCG(9, i))
			shrink.Trace(&info, &tr, func(c *model.Trace) bool {
				if !info.Admits(c) {
					t.Fatalf("without %s: shrinking\n%stried\n%s", name, &tr, c)
				}
				return r.IntN(4) == 0
			}, 60)
			next := shrink.Simplifications(&info, &tr)
			for c := next(); c != nil; c = next() {
				if !info.Admits(c) {
					t.Fatalf("without %s: a simplification of\n%sis\n%s", name, &tr, c)
				}
			}
		}
	}
}
