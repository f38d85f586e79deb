package model_test

import (
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// scripted is a subject that writes at the next op the Ping that it is told to. It keeps
// what the last event asked for.
type scripted struct {
	ping *string
	n    int
	data string
}

func (s *scripted) Step(ev *model.Event, out *model.Outcome) {
	s.n, s.data = ev.N, strings.Clone(ev.Data)
	if s.ping != nil {
		out.Frames = append(out.Frames, model.Frame{Opcode: frame.Ping, Data: *s.ping})
	}
}

func TestRelations(t *testing.T) {
	b, err := os.ReadFile("testdata/relations.txt")
	if err != nil {
		t.Fatal(err)
	}
	cases := 0
	for _, line := range strings.Split(string(b), "\n") {
		rest, ok := strings.CutPrefix(line, "after")
		if !ok {
			continue
		}
		before, rest, _ := strings.Cut(rest, ":")
		what, want, _ := strings.Cut(strings.TrimSpace(rest), " = ")
		var subject scripted
		session := model.NewChecker(model.RFC(), model.Everything()).Begin(&subject, model.Config{Interval: 1})
		step := func(line string) model.Op {
			o, err := text.ParseOp(line)
			if err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			if r := session.Step(&o); r.Verdict == model.FAILED {
				t.Fatalf("%s: %s", line, model.VerdictLines(r))
			}
			return o
		}
		for _, p := range strings.Fields(before) {
			subject.ping = nil
			if form, hex, seen := strings.Cut(p, "="); seen {
				var out model.Outcome
				if _, _, err := text.ParseOutcome("> ping "+hex, &out); err != nil {
					t.Fatal(err)
				}
				subject.ping, p = &out.Frames[0].Data, form
			}
			if p == "k" {
				step("advance 0s")
			} else {
				step("ping " + p)
			}
		}
		subject.ping = nil
		if !strings.HasPrefix(what, "cancel") {
			what = "pong " + what
		}
		o := step(what)
		got := model.Bytes(subject.data).String()
		if o.Kind == model.Cancel {
			got = string(rune('0' + subject.n))
		}
		if got != want {
			t.Errorf("%s: got %s", line, got)
		}
		cases++
	}
	if cases < 30 {
		t.Errorf("only %d cases were read", cases)
	}
}
