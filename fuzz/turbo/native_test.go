package turbo

import (
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// FuzzNative is what this engine runs, under that of go test.
func FuzzNative(f *testing.F) {
	way := os.Getenv("TURBO_WAY")
	var run func([]byte) string
	if name := os.Getenv("PONGCHECK_MUTANT"); name != "" {
		m, _ := specimen.FindMutant(name)
		run = body(f, m.Implementation(), m.Profile, 64, strings.Contains(way, "lanes"), strings.Contains(way, "family"))
	} else {
		impl, _ := specimen.Find("specimen/exact")
		ops := 64
		if strings.Contains(way, "ops8") {
			ops = 8
		}
		run = body(f, impl, impl.Profile, ops, strings.Contains(way, "lanes"), strings.Contains(way, "family"))
	}
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, in []byte) {
		if s := run(in); s != "" {
			t.Fatal(s)
		}
	})
}

func body(t testing.TB, impl *model.Implementation, profile string, ops int, laned, family bool) func(in []byte) string {
	p, known := model.FindProfile(profile)
	if !known {
		p = model.RFC()
	}
	c := model.NewChecker(p, impl.Info)
	w := &lighter{checker: c, on: laned}
	one := func(t *model.Trace) string {
		if w.Subject == nil {
			w.Subject = impl.New()
		}
		f := c.Run(w, t).Failure()
		if f == nil {
			return ""
		}
		if f.Crash != "" {
			w.Subject = nil
		}
		return f.Class()
	}
	d := model.Decoder{MaxOps: ops}
	var scratch model.Trace
	return func(in []byte) string {
		t := d.Decode(in)
		if s := one(t); s != "" || !family {
			return s
		}
		for i := 1; i < 12; i++ {
			scratch = model.Trace{Config: t.Config, Ops: append(scratch.Ops[:0], t.Ops...)}
			scratch.Config.Role ^= model.Role(i & 1)
			scratch.Config.Cut = i >> 1 & 1
			scratch.Config.Deflate = model.Deflate(i>>2) % 3
			if s := one(&scratch); s != "" {
				return s
			}
		}
		for i := range t.Ops {
			scratch = model.Trace{Config: t.Config, Ops: append(append(scratch.Ops[:0], t.Ops[:i]...), t.Ops[i+1:]...)}
			if s := one(&scratch); s != "" {
				return s
			}
		}
		return ""
	}
}

type lighter struct {
	model.Subject
	checker *model.Checker
	on      bool
}

func (w *lighter) Step(ev *model.Event, out *model.Outcome) {
	if w.on {
		Light(w.checker.Lane())
	}
	w.Subject.Step(ev, out)
}
