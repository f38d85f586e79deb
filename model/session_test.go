package model_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// session is what t comes to op by op.
func session(c *model.Checker, s model.Subject, t *model.Trace) *model.Report {
	one := c.Begin(s, t.Config)
	for i := range t.Ops {
		one.Step(&t.Ops[i])
	}
	return one.End()
}

func TestASessionIsARun(t *testing.T) {
	for _, m := range specimen.Mutants() {
		tr, err := m.Shortest()
		if err != nil {
			t.Fatal(err)
		}
		for i := range tr.Ops {
			tr.Ops[i].Join = false // ops of a session do not join
		}
		p, _ := model.FindProfile(m.Profile)
		impl := m.Implementation()
		want := model.NewChecker(p, impl.Info).Run(impl.New(), tr)
		got := session(model.NewChecker(p, impl.Info), impl.New(), tr)
		if got.Verdict != want.Verdict || got.Ops != want.Ops || got.Reached != want.Reached || !equalFailures(got.Failure(), want.Failure()) {
			t.Errorf("%s: got %+v, want %+v", m.Name, got, want)
		}
	}
	_, traces := readMix(t)
	c, s := asyncio(t)
	for _, tr := range traces {
		if r := session(c, s, tr); r.Verdict != model.OK || r.Ops != len(tr.Ops) {
			t.Errorf("%s after %d ops of %d", r.Verdict, r.Ops, len(tr.Ops))
		}
	}
}

func equalFailures(a, b *model.Finding) bool { return a == b || a != nil && b != nil && *a == *b }

func TestNothingIsSteppedAfterAFailure(t *testing.T) {
	m, _ := specimen.FindMutant("tracking/second-pong")
	tr, err := m.Shortest()
	if err != nil {
		t.Fatal(err)
	}
	p, _ := model.FindProfile(m.Profile)
	impl := m.Implementation()
	one := model.NewChecker(p, impl.Info).Begin(impl.New(), tr.Config)
	for _, o := range append(tr.Ops, tr.Ops...) {
		one.Step(&o)
	}
	if r := one.End(); r.Ops != len(tr.Ops) || r.Verdict != model.FAILED {
		t.Errorf("%s after %d ops", r.Verdict, r.Ops)
	}
}
