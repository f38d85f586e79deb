package fuzz_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props"
)

// inputs are the seeds of t and n inputs that are random bytes, short and long.
func inputs(tb testing.TB, t *fuzz.Target, n int) [][]byte {
	tb.Helper()
	all, err := t.Seeds()
	if err != nil {
		tb.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	for range n {
		in := make([]byte, 1+r.IntN(200))
		for i := range in {
			in[i] = byte(r.Uint32())
		}
		all = append(all, in)
	}
	return all
}

// first is the first failure, and how many inputs that took.
func first(tb testing.TB, t *fuzz.Target, all [][]byte) (*props.Finding, int) {
	tb.Helper()
	for i, in := range all {
		f, err := t.Run(in)
		if err != nil {
			tb.Fatal(err)
		}
		if f != nil {
			return f, i + 1
		}
	}
	return nil, len(all)
}

func profileOf(tb testing.TB, impl *model.Implementation) model.Profile {
	tb.Helper()
	p, ok := model.FindProfile(impl.Profile)
	if !ok {
		tb.Fatalf("%s has no profile %q", impl.Name, impl.Profile)
	}
	return p
}

// Random bytes find every mutant, through the traces that are related to theirs.
func TestTargetFindsMutants(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for _, m := range specimen.Mutants() {
		impl := m.Implementation()
		target := fuzz.NewTracker(profileOf(t, impl), impl)
		if f, n := first(t, target, inputs(t, target, 4000)); f == nil {
			t.Errorf("%s: not found by %d inputs", m.Name, n)
		}
	}
}

func TestTargetAcquitsTheRight(t *testing.T) {
	n := 400
	if testing.Short() {
		n = 40
	}
	seen := map[string]bool{}
	for _, impl := range specimen.All() {
		if seen[impl.Name] {
			continue // an older version, which may be wrong
		}
		seen[impl.Name] = true
		p := profileOf(t, &impl)
		for _, target := range []*fuzz.Target{fuzz.NewTracker(p, &impl), fuzz.NewResponder(p, &impl)} {
			if f, i := first(t, target, inputs(t, target, n)); f != nil {
				t.Errorf("%s: input %d: %s", impl.Name, i, f)
			}
		}
	}
}

// A responder's target asks and never lets the subject ping.
func TestResponderFindsWhoAnswersWrongly(t *testing.T) {
	for _, name := range []string{"answering/trailing-nul", "answering/replaced", "isolation/inside-data"} {
		m, ok := specimen.FindMutant(name)
		if !ok {
			t.Fatalf("there is no mutant %s", name)
		}
		impl := m.Implementation()
		target := fuzz.NewResponder(profileOf(t, impl), impl)
		f, n := first(t, target, inputs(t, target, 3000))
		if f == nil {
			t.Errorf("%s: not found by %d inputs", name, n)
			continue
		}
		for _, op := range f.Shrunk.Ops {
			if op.Kind == model.Ping {
				t.Errorf("%s: the subject pings:\n%s", name, f)
			}
		}
	}
}

// What an input finds follows from the input alone.
func TestTargetRepeats(t *testing.T) {
	m, _ := specimen.FindMutant("deep/eighth-entry")
	impl := m.Implementation()
	p := profileOf(t, impl)
	one := fuzz.NewTracker(p, impl)
	all := inputs(t, one, 2000)
	f, n := first(t, one, all)
	if f == nil {
		t.Fatal("not found")
	}
	again, err := fuzz.NewTracker(p, impl).Run(all[n-1])
	if err != nil || again == nil || again.String() != f.String() {
		t.Errorf("alone the input finds %v (%v), after others\n%s", again, err, f)
	}
}

// A failure that is known does not end what the engine does.
func TestTargetPassesOverWhatIsKnown(t *testing.T) {
	m, _ := specimen.FindMutant("tracking/second-pong")
	impl := m.Implementation()
	p := profileOf(t, impl)
	var known []string
	for {
		target := fuzz.NewTracker(p, impl, known...)
		f, _ := first(t, target, inputs(t, target, 100))
		if f == nil {
			break
		}
		if known = append(known, f.Class()); len(known) > 10 {
			t.Fatalf("found over and over: %q", known)
		}
	}
	if len(known) == 0 {
		t.Error("nothing was found")
	}
}

// What was found stays as it was, whatever is decoded after it.
func TestFindingsKeepTheirTraces(t *testing.T) {
	m, _ := specimen.FindMutant("answering/replaced")
	impl := m.Implementation()
	target := fuzz.NewTracker(profileOf(t, impl), impl)
	all := inputs(t, target, 500)
	f, n := first(t, target, all)
	if f == nil {
		t.Fatal("not found")
	}
	was := f.Shrunk.String()
	for _, in := range all[n:] {
		if _, err := target.Run(in); err != nil {
			t.Fatal(err)
		}
	}
	if is := f.Shrunk.String(); is != was {
		t.Errorf("the trace was\n%s\nand is\n%s", was, is)
	}
}

// An implementation that cannot be tried is an error with a sentence, not a pass or a panic.
func TestTargetRefusesWhatIsUnfit(t *testing.T) {
	impl, _ := specimen.Find("specimen/exact")
	unfit := *impl
	unfit.Info.Given, unfit.Info.Chooses = false, false
	f, err := fuzz.NewTracker(profileOf(t, &unfit), &unfit).Run([]byte{1, 2, 3})
	if f != nil || err == nil || !strings.Contains(err.Error(), "neither Info.Given nor Info.Chooses is set") {
		t.Errorf("got finding %v, error %v", f, err)
	}
}

// A watched subject notes the first event that its Info does not admit.
type watched struct {
	model.Subject
	info  *model.Info
	stray *string
}

func (w *watched) Step(ev *model.Event, out *model.Outcome) {
	admitted := ev.Kind == model.End
	if ev.Kind == model.Open {
		admitted = w.info.Admits(&model.Trace{Config: *ev.Config})
	} else if !admitted {
		o := model.Op{Kind: ev.Kind, Time: ev.Time}
		if ev.Chosen {
			o.Data.Form = model.Chosen
		}
		admitted = w.info.AdmitsOp(&o)
	}
	if !admitted && *w.stray == "" {
		*w.stray = ev.Kind.String()
	}
	w.Subject.Step(ev, out)
}

// A target asks for nothing that Info does not admit, of seeds and of random bytes.
func TestTargetKeepsToInfo(t *testing.T) {
	infos := map[string]model.Info{}
	for k := model.Ping; k < model.End; k++ {
		info := model.Everything()
		info.Can &^= model.KindsOf(k)
		infos[k.String()] = info
	}
	for name, change := range map[string]func(*model.Info){
		"the server's role": func(i *model.Info) { i.Roles = model.ClientRole },
		"the client's role": func(i *model.Info) { i.Roles = model.ServerRole },
		"given payloads":    func(i *model.Info) { i.Given = false },
		"chosen payloads":   func(i *model.Info) { i.Chooses = false },
		"keepalive":         func(i *model.Info) { i.Keeps = false },
		"cuts":              func(i *model.Info) { i.Cuts = false },
		"a false clock":     func(i *model.Info) { i.Real = true },
	} {
		info := model.Everything()
		change(&info)
		infos[name] = info
	}
	p, _ := model.FindProfile("websockets")
	for name, info := range infos {
		stray := ""
		target := fuzz.NewTracker(p, &model.Implementation{Name: "watched", Info: info, New: func() model.Subject {
			return &watched{model.NewState(p, info), &info, &stray}
		}})
		if _, n := first(t, target, inputs(t, target, 100)); stray != "" {
			t.Errorf("without %s: one of %d inputs asked for %s", name, n, stray)
		}
	}
}

// mute answers no Ping. Once one came it changes messages, too, or it delivers each message only
// when the next one comes.
type mute struct {
	model.Subject
	late   bool
	pinged bool
	kept   []model.Message
}

func (m *mute) Step(ev *model.Event, out *model.Outcome) {
	m.Subject.Step(ev, out)
	switch {
	case ev.Kind == model.Open:
		m.pinged, m.kept = false, nil
	case ev.Kind == model.RecvPing:
		m.pinged = true
	case m.late && len(out.Messages) > 0:
		m.kept, out.Messages = slices.Clone(out.Messages), append(out.Messages[:0], m.kept...)
	}
	if !m.late {
		out.Frames = slices.DeleteFunc(out.Frames, func(f model.Frame) bool { return f.Opcode == frame.Pong })
		for i := range out.Messages {
			if m.pinged {
				out.Messages[i].Data += "!"
			}
		}
	}
}

// A known failure does not hide another one behind it, and what only follows from it is not told.
func TestTargetGoesOnBehindWhatIsKnown(t *testing.T) {
	tr, err := text.ParseString(model.Version + "\nrecv-ping 61\nsettle\nmsg binary 62\nsettle\nmsg binary 63\nsettle\n")
	if err != nil {
		t.Fatal(err)
	}
	in := text.Encode(tr.Trace())
	p := model.RFC()
	for _, c := range []struct {
		late  bool
		known []string
		want  string
	}{
		{false, nil, "pong.owed"},
		{false, []string{"pong.owed"}, "message.received"},
		{true, nil, "message.received lost"},
		{true, []string{"message.received lost"}, ""},
	} {
		info := model.Everything()
		info.Can = model.KindsOf(model.RecvPing, model.Msg, model.Settle)
		target := fuzz.NewResponder(p, &model.Implementation{Name: "mute", Info: info, New: func() model.Subject {
			return &mute{Subject: model.NewState(p, info), late: c.late}
		}}, c.known...)
		f, err := target.RunAlone(in)
		got := ""
		if f != nil {
			got = f.Class()
		}
		if err != nil || got != c.want {
			t.Errorf("late %v, known %q: got %q, %v", c.late, c.known, got, err)
		}
	}
}
