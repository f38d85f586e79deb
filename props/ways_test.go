package props

import (
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// ending is the reference, but it ends the connection at some frames of the peer's.
type ending struct {
	model.Subject
	at    model.Kinds
	ended bool
}

func (s *ending) Step(ev *model.Event, out *model.Outcome) {
	if ev.Kind == model.Open {
		s.ended = false
	}
	if s.ended {
		return
	}
	if s.Subject.Step(ev, out); s.at.Has(ev.Kind) {
		s.ended = true
		out.WroteEOF, out.Closed = true, true
	}
}

// Two bugs that break one rule are two findings. One bug that shows in two ways is one.
func TestTwoBugsOfOneClass(t *testing.T) {
	for _, c := range []struct {
		why  string
		at   model.Kinds
		want []string
	}{
		{"a Pong ends it, also while a Ping waits", model.KindsOf(model.Pong), []string{"recv.legal"}},
		{"a Pong ends it, and so does a Ping", model.KindsOf(model.Pong, model.RecvPing), []string{"recv.legal", "recv.legal 2"}},
	} {
		impl := propstest.Reference(model.RFC())
		make := impl.New
		impl.New = func() model.Subject { return &ending{Subject: make(), at: c.at} }
		r, err := Run(t.Context(), model.RFC(), impl, Options{N: 2000, NoCorpus: true})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for f := range r.Failures() {
			if f.Breach.Class() == "recv.legal" {
				got = append(got, f.Class())
			}
			if f.Way > 0 && f.Line().Class != f.Class() {
				t.Errorf("programs are told %s", f.Line().Class)
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, want %q", c.why, got, c.want)
			for f := range r.Failures() {
				t.Log(f)
			}
		}
	}
}

func TestContainsTrace(t *testing.T) {
	for _, c := range []struct {
		trace, part string
		want        bool
	}{
		{"ping 61\ncancel 1\npong $1\n", "ping 61\npong 61\nsettle\n", true},
		{"ping 61\npong $1\n", "pong 61\nping 61\n", false},
		{"ping 61\npong $1\n", "ping 61\nping 62\n", false},
		{"raw 8900\n", "recv-ping 61\n", true},
		{"frag text 61\ncont 62 fin\n", "msg text 61\n", true},
		{"msg text 61\n", "config deflate=reset\nmsg text 61\n", false},
		{"config keepalive=1s/1s\nping 61\n", "ping 61\n", true},
		{"", "settle\nadvance 1s\n", true},
	} {
		parse := func(ops string) *model.Trace {
			tr, err := text.ParseString(model.Version + "\n" + ops)
			if err != nil {
				t.Fatal(err)
			}
			return tr.Trace()
		}
		if got := containsTrace(parse(c.trace), parse(c.part)); got != c.want {
			t.Errorf("%q contains %q: %v", c.trace, c.part, got)
		}
	}
}
