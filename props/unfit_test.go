package props

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// closed is a subject that does not open, and says so or not.
type closed struct{ crash bool }

func (c closed) Step(ev *model.Event, out *model.Outcome) {
	switch {
	case ev.Kind == model.Open && c.crash:
		out.Crash = model.Crash{Where: "open", Class: "*errors.errorString", Text: "no connection"}
	case ev.Kind != model.Open && ev.Kind != model.End:
		out.Unsupported = true
	}
}

// What cannot open must not pass because it broke nothing.
func TestWhatDoesNotOpenFails(t *testing.T) {
	impl := propstest.Reference(model.RFC())
	impl.New = func() model.Subject { return closed{crash: true} }
	r, err := Run(context.Background(), model.RFC(), impl, Options{N: 50})
	if err != nil || len(r.Findings) != 1 || r.Findings[0].Class() != "crash *errors.errorString" {
		t.Fatalf("got %v, %v", r.Findings, err)
	}
	text := r.Findings[0].String()
	for _, want := range []string{"at the open: open *errors.errorString: no connection escaped", "none shorter: it has no ops"} {
		if !strings.Contains(text, want) {
			t.Errorf("got\n%s\nwant %q", text, want)
		}
	}
}

func TestWhatDidNothingDoesNotPass(t *testing.T) {
	impl := propstest.Reference(model.RFC())
	impl.New = func() model.Subject { return closed{} }
	_, err := Run(context.Background(), model.RFC(), impl, Options{N: 50})
	if err == nil || !strings.Contains(err.Error(), "did none of ") {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsUnfitIsNotTried(t *testing.T) {
	for want, spoil := range map[string]func(*model.Implementation){
		"none of New, Run and Race is set":       func(m *model.Implementation) { m.New = nil },
		"Info.Can is empty":                      func(m *model.Implementation) { m.Info.Can = 0 },
		"Info.Sees is empty":                     func(m *model.Implementation) { m.Info.Sees = 0 },
		"neither Info.Given nor Info.Chooses is": func(m *model.Implementation) { m.Info.Given, m.Info.Chooses = false, false },
	} {
		impl := propstest.Reference(model.RFC())
		spoil(impl)
		r, ran := Run(context.Background(), model.RFC(), impl, Options{N: 5})
		_, tried := NewTester(context.Background(), model.RFC(), impl).Try(new(model.Trace))
		if r.Traces != 0 || ran == nil || !strings.Contains(ran.Error(), want) || tried == nil || tried.Error() != ran.Error() {
			t.Errorf("%d traces, %v, %v; want %q", r.Traces, ran, tried, want)
		}
		if impl.Race = func(model.Witness) model.Racer { return nil }; impl.New != nil {
			if _, err := RunConcurrent(context.Background(), model.RFC(), impl, Options{N: 5}); err == nil || err.Error() != ran.Error() {
				t.Errorf("concurrently: %v", err)
			}
		}
	}
}

// A subject that opens but for some settings is judged by the others.
func TestSomeSettingsMayBeRefused(t *testing.T) {
	impl := propstest.Reference(model.RFC())
	make := impl.New
	impl.New = func() model.Subject { return &choosy{Subject: make()} }
	if r, err := Run(context.Background(), model.RFC(), impl, Options{N: 50}); err != nil || r.Verdict > model.NonStrict || r.Unsupported == 0 {
		t.Errorf("got %v, %d traces unsupported, %v", r.Verdict, r.Unsupported, err)
	}
}

// choosy is no client.
type choosy struct {
	model.Subject
	off bool
}

func (c *choosy) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		c.off = ev.Config.Role == model.Client
	}
	if out.Unsupported = c.off && ev.Kind != model.End; !out.Unsupported {
		c.Subject.Step(ev, out)
	}
}

// A stored trace for a role that the subject does not have (any more) is left out.
func TestStoredTracesThatCannotRunAreLeftOut(t *testing.T) {
	impl := propstest.Reference(model.RFC())
	impl.Info.Roles = model.ServerRole
	make := impl.New
	impl.New = func() model.Subject { return crashingClient{make()} }
	impl.Race = func(model.Witness) model.Racer { panic("it was raced") }
	client := &model.Trace{Config: model.Config{Role: model.Client}, Ops: []model.Op{{Kind: model.Raw, Data: model.Bytes("\x89\x00")}}}
	o := Options{N: -1, NoCorpus: true, First: []Named{{"of a client", client}}}
	r, err := Run(t.Context(), model.RFC(), impl, o)
	if err != nil || r.Traces != 0 || len(r.Findings) != 0 || len(r.LeftOut) != 1 {
		t.Errorf("%d traces, findings %v, left out %q, error %v", r.Traces, r.Findings, r.LeftOut, err)
	}
	r, err = RunConcurrent(t.Context(), model.RFC(), impl, o)
	if err != nil || r.Traces != 0 || len(r.LeftOut) != 1 {
		t.Errorf("concurrently: %d traces, left out %q, error %v", r.Traces, r.LeftOut, err)
	}
	report, err := NewTester(t.Context(), model.RFC(), impl).Try(client)
	if err != nil || report.Verdict != model.OK || report.Unsupported != 1 {
		t.Errorf("tried by itself: %+v, error %v", report, err)
	}
}

// crashingClient panics if it is to be a client.
type crashingClient struct{ model.Subject }

func (c crashingClient) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open && ev.Config.Role == model.Client {
		panic("no client")
	}
	c.Subject.Step(ev, out)
}

// unset is a subject that cannot be set up.
type unset struct{}

func (unset) Step(*model.Event, *model.Outcome) {
	panic(&model.SetupError{Reason: "set Around"})
}

// A mistake in the set-up is an error by every door. It is no finding, and nothing is stored.
func TestASetupErrorIsNoFinding(t *testing.T) {
	t.Chdir(t.TempDir())
	impl := propstest.Reference(model.RFC())
	impl.New = func() model.Subject { return unset{} }
	const want = "reference: set up the subject: set Around"
	r, err := Run(t.Context(), model.RFC(), impl, Options{})
	if err == nil || err.Error() != want || len(r.Findings) != 0 || r.Traces != 0 {
		t.Errorf("Run: %d traces, findings %v, error %v", r.Traces, r.Findings, err)
	}
	if r, err := RunProperties(t.Context(), model.RFC(), impl, Options{}); err == nil || !strings.HasSuffix(err.Error(), want) || len(r.Findings) != 0 {
		t.Errorf("RunProperties: findings %v, error %v", r.Findings, err)
	}
	if _, err := NewTester(t.Context(), model.RFC(), impl).Try(new(model.Trace)); err == nil || !strings.Contains(want, err.Error()) {
		t.Errorf("Try: error %v", err)
	}
	f := checked(&fake{name: "TestPings"}, impl)
	if f.fatal != want || len(f.errors) != 0 {
		t.Errorf("Check: fatal %q, errors %q", f.fatal, f.errors)
	}
	if _, err := os.Stat(storeRoot); err == nil {
		t.Error("something was stored")
	}
}

// lazy leaves out what a subject promises: the ops of a sort, or all keepalive pings.
type lazy struct {
	model.Subject
	leavesOut func(*model.Event) bool
}

func (l *lazy) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		quiet := *ev
		config := *ev.Config
		config.Interval, config.Timeout = 0, 0
		quiet.Config = &config
		ev = &quiet
	}
	if out.Unsupported = l.leavesOut(ev); !out.Unsupported {
		l.Subject.Step(ev, out)
	}
}

// A promise of Info that is never kept would test nothing, and must not pass.
func TestAPromiseThatIsNeverKeptDoesNotPass(t *testing.T) {
	for want, leavesOut := range map[string]func(*model.Event) bool{
		"set Endpoint.PingAny, or leave Info.Chooses out":            func(ev *model.Event) bool { return ev.Kind == model.Ping && ev.Chosen },
		"set Endpoint.Ping, or leave Info.Given out":                 func(ev *model.Event) bool { return ev.Kind == model.Ping && !ev.Chosen },
		"set Endpoint.Close, or leave model.Close out of Info.Can":   func(ev *model.Event) bool { return ev.Kind == model.Close },
		"set Endpoint.Send, or leave model.MsgSend out of Info.Can":  func(ev *model.Event) bool { return ev.Kind == model.MsgSend },
		"set Endpoint.Pong, or leave model.SendPong out of Info.Can": func(ev *model.Event) bool { return ev.Kind == model.SendPong },
		"let the adapter do it, or leave it out of Info.Can":         func(ev *model.Event) bool { return ev.Kind == model.Cancel },
		"Info.Keeps is set, but no keepalive sent a Ping in":         func(*model.Event) bool { return false },
	} {
		impl := propstest.Reference(model.RFC())
		impl.Info.Keeps = true
		impl.Info.Given, impl.Info.Chooses = !strings.Contains(want, "Chooses"), !strings.Contains(want, "Given") // so that no number is left out
		make := impl.New
		impl.New = func() model.Subject { return &lazy{make(), leavesOut} }
		r, err := Run(t.Context(), model.RFC(), impl, Options{N: 400, Tries: -1})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s, error %v, want %q", r.Verdict, err, want)
		}
	}
}
