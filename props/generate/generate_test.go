package generate

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func TestTracesDependOnSeedAndIndexAlone(t *testing.T) {
	one, two := New(propstest.Everything(), Options{}), New(propstest.Everything(), Options{})
	var a, b, c model.Trace
	for i := range uint64(200) {
		one.Trace(7, i, &a)
		two.Trace(7, 199-i, &b) // another history
		two.Trace(7, i, &c)
		if a.String() != c.String() {
			t.Fatalf("trace %d depends on what was generated before:\n%s\n%s", i, &a, &c)
		}
	}
	one.Trace(8, 199, &b)
	if a.String() == b.String() {
		t.Error("two seeds gave the same trace")
	}
}

func TestGeneratedTracesRoundTrip(t *testing.T) {
	g := New(propstest.Everything(), Options{})
	var tr model.Trace
	for i := range uint64(2000) {
		g.Trace(1, i, &tr)
		back, err := text.ParseString(tr.String())
		if err != nil {
			t.Fatalf("trace %d does not parse: %v\n%s", i, err, &tr)
		}
		if got := back.Trace().String(); got != tr.String() {
			t.Fatalf("trace %d came back as\n%s\nwas\n%s", i, got, &tr)
		}
		if len(tr.Ops) > countingTimes*defaultMaxOps+12 {
			t.Errorf("trace %d has %d ops", i, len(tr.Ops))
		}
	}
}

func TestTracesKeepWithinInfo(t *testing.T) {
	core := model.KindsOf(model.Ping, model.Pong, model.Cancel, model.Settle)
	for name, info := range map[string]model.Info{
		"tracker":   {Can: core, Given: true, Roles: model.ClientRole},
		"chooser":   {Can: core, Chooses: true, Roles: model.ServerRole},
		"responder": {Can: model.KindsOf(model.RecvPing, model.Settle), Roles: model.ServerRole},
		"silent":    {Can: model.KindsOf(model.Pong), Given: true, Roles: model.ServerRole},
		"unable":    {},
		"no ping":   {Can: core, Roles: model.ServerRole},
	} {
		g := New(info, Options{})
		var tr model.Trace
		for i := range uint64(500) {
			g.Trace(1, i, &tr)
			for _, o := range tr.Ops {
				if !info.Can.Has(o.Kind) {
					t.Fatalf("%s: trace %d has %q", name, i, o)
				}
				if chosen := o.Data.Form == model.Chosen; o.Kind == model.Ping && (chosen && !info.Chooses || !chosen && !info.Given) {
					t.Fatalf("%s: trace %d has %q", name, i, o)
				}
			}
			want := model.Config{Seed: tr.Config.Seed}
			if info.Roles == model.ClientRole {
				want.Role = model.Client
			}
			if tr.Config != want {
				t.Fatalf("%s: trace %d has config %s", name, i, tr.Config.AppendText(nil))
			}
		}
	}
}

func TestBlockIsMostlyFollowedByResume(t *testing.T) {
	g := New(propstest.Everything(), Options{})
	var tr model.Trace
	settles, blocked := 0, 0
	for i := range uint64(5000) {
		g.Trace(1, i, &tr)
		stalled := false
		for _, o := range tr.Ops {
			switch o.Kind {
			case model.Block, model.Resume:
				stalled = o.Kind == model.Block
			case model.Settle:
				settles++
				if stalled {
					blocked++
				}
			}
		}
	}
	if blocked*20 > settles {
		t.Errorf("%d of %d settles came while writes were stalled", blocked, settles)
	}
}

func TestGenerationDoesNotAllocate(t *testing.T) {
	g := New(propstest.Everything(), Options{})
	tr := model.Trace{Ops: make([]model.Op, 0, 128)}
	for i := range uint64(100) {
		g.Trace(1, i, &tr)
	}
	i := uint64(0)
	if n := testing.AllocsPerRun(1000, func() { g.Trace(1, i, &tr); i++ }); n > 0.01 {
		t.Errorf("%v allocations a trace", n)
	}
}

func BenchmarkGenerate(b *testing.B) {
	g := New(propstest.Everything(), Options{})
	var tr model.Trace
	ops := 0
	b.ReportAllocs()
	for i := uint64(0); b.Loop(); i++ {
		g.Trace(1, i, &tr)
		ops += len(tr.Ops)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(ops), "ns/op-made")
}

func TestGeneratedTracesFitTheBinaryForm(t *testing.T) {
	g := New(propstest.Everything(), Options{})
	var tr model.Trace
	for i := range uint64(2000) {
		g.Trace(2, i, &tr)
		back := text.Decode(text.Encode(&tr))
		if back.String() != tr.String() {
			t.Fatalf("trace %d came back as\n%s\nwas\n%s", i, back, &tr)
		}
	}
}
