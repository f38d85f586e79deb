package model_test

import (
	"context"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/generate"
)

// runOn runs the ops of a trace on a subject, and returns the report with its transcript.
func runOn(t *testing.T, p model.Profile, impl *model.Implementation, ops string) *model.Report {
	t.Helper()
	tr, err := text.ParseString(model.Version + "\n" + ops)
	if err != nil {
		t.Fatal(err)
	}
	c := model.NewChecker(p, impl.Info)
	c.Record = true
	return c.RunIn(impl, tr.Trace())
}

// A settle rests only as long as something is missing, and says how long.
func TestRestBeforeAbsence(t *testing.T) {
	for _, c := range []struct {
		why, subject, ops string
		rested            time.Duration
	}{
		{"the Pong leaves by a timer", "specimen/late", "recv-ping 61\nsettle\n", time.Millisecond},
		{"the lost connection is noticed a second later", "specimen/lingering", "ping 61\ndrop\nsettle\n", time.Second},
		{"nothing is missing", "specimen/late", "recv-ping 61\nadvance 1s\nsettle\n", 0},
		{"a prompt subject", "specimen/exact", "recv-ping 61\nping 61\ndrop\nsettle\n", 0},
		{"the call sends late", "specimen/lingering", "ping 61\nsettle\n", time.Second},
		{"the bad frame is refused late", "specimen/lingering", "raw 8b8137fa213d56\nsettle\n", time.Second},
		{"the message is delivered late", "specimen/late", "msg text 61\nsettle\n", time.Millisecond},
		{"the Ping is never answered", "mutant/answering/empty-ignored", "recv-ping -\nsettle\n", model.Grace},
		{"the Pong that comes while the timer is armed is lost", "mutant/answering/late-lost", "recv-ping 61\nrecv-ping 62\nsettle\n", model.Grace},
	} {
		impl, ok := specimen.Find(c.subject)
		if m, is := specimen.FindMutant(c.subject); is {
			impl, ok = m.Implementation(), true
		}
		if !ok {
			t.Fatalf("there is no subject %s", c.subject)
		}
		r := runOn(t, model.RFC(), impl, c.ops)
		rested := r.Transcript.Steps[len(r.Transcript.Steps)-1].Outcome.Rested
		if failed := r.Failure() != nil; rested != c.rested || failed != (rested == model.Grace) {
			t.Errorf("%s: rested %v, want %v; %s\n%s", c.why, rested, c.rested, r.Verdict, r.Transcript)
		}
	}
}

// A rest is no longer than one advance may be: each interval of a keepalive is a Ping, and the
// shortest interval is a nanosecond.
func TestRestUnderAQuickKeepalive(t *testing.T) {
	impl, _ := specimen.Find("specimen/asyncio") // takes a length that is not minimal, which others refuse
	steps := runOn(t, model.RFC(), impl, "config keepalive=1ns/0s\nraw 89ff000000000000000137fa213d56\nsettle\n").Transcript.Steps
	if got := steps[len(steps)-1].Outcome.Rested; got != model.MaxBeats*time.Nanosecond {
		t.Errorf("rested %v", got)
	}
}

// Of no subject judgeSettle misses what the checker did not wait for. A transcript judged
// again, after a pass through its text, gives the same findings.
func TestNothingIsMissedWithoutRest(t *testing.T) {
	impls := specimen.All()
	for _, m := range specimen.Mutants() {
		impls = append(impls, *m.Implementation())
	}
	n := uint64(100)
	if testing.Short() {
		n = 30
	}
	for _, impl := range impls {
		own, _ := model.FindProfile(impl.Profile)
		for _, p := range []model.Profile{own, model.RFC()} {
			c := model.NewChecker(p, impl.Info)
			c.Record, c.GoOn = true, true
			g := generate.New(impl.Info, generate.Options{})
			s := impl.New()
			for i := range n {
				tr := new(model.Trace)
				g.Trace(7, i, tr)
				r := c.Run(s, tr).Clone()
				if r.Failure() != nil && r.Failure().Crash != "" {
					s = impl.New()
				}
				if at := c.MissedAt(); len(at) > 0 {
					t.Fatalf("%s under %s: something was missing at op %d, and the settle did not rest\n%s", impl.Name, p.Name, at[0], r.Transcript)
				}
				if hasRested(r.Transcript) {
					judgeAgain(t, p, &impl, r)
				}
			}
		}
	}
}

func hasRested(t *model.Transcript) bool {
	return slices.ContainsFunc(t.Steps, func(s model.Step) bool { return s.Outcome.Rested > 0 })
}

// judgeAgain judges the transcript of r, as read from its text, and compares the findings.
func judgeAgain(t *testing.T, p model.Profile, impl *model.Implementation, r *model.Report) {
	t.Helper()
	read, err := text.ParseString(r.Transcript.String())
	if err != nil {
		t.Fatalf("%v\n%s", err, r.Transcript)
	}
	again, err := model.Judge(p, impl.Info, read, model.InProcess)
	if err != nil {
		t.Fatal(err)
	}
	want, got := "", ""
	for i := range r.Findings {
		want += r.Findings[i].Sentence() + "\n"
	}
	for i := range again.Findings {
		got += again.Findings[i].Sentence() + "\n"
	}
	if want != got {
		t.Errorf("%s under %s: judged again\n%s\nwant\n%s\n%s", impl.Name, p.Name, got, want, r.Transcript)
	}
}

// elsewhere makes a subject that runs elsewhere of one that runs here: nobody can let time go
// on in the middle of its traces.
func elsewhere(impl *model.Implementation, ran *int) *model.Implementation {
	far := *impl
	far.New = nil
	far.Run = func(_ context.Context, traces iter.Seq[*model.Trace]) iter.Seq2[*model.Transcript, error] {
		return func(yield func(*model.Transcript, error) bool) {
			for t := range traces {
				*ran++
				info := impl.Info
				info.Real = true
				c := model.NewChecker(model.RFC(), info)
				c.Record, c.GoOn = true, true
				if !yield(c.Run(impl.New(), t).Transcript, nil) {
					return
				}
			}
		}
	}
	return &far
}

// A trace of a driver in which something is missing runs again, with time after the settle.
func TestDriversRest(t *testing.T) {
	for _, c := range []struct {
		why, subject, ops string
		runs              int
		want              string
	}{
		{"late at each of two settles", "specimen/late", "recv-ping 61\nsettle\nrecv-ping 62\nsettle\nping 63\n", 3, "OK"},
		{"prompt", "specimen/exact", "recv-ping 61\nsettle\nping 63\nsettle\n", 1, "OK"},
		{"never", "mutant/answering/empty-ignored", "recv-ping -\nsettle\n", 2, "FAILED pong.owed 2 proved: the Ping - was not answered"},
	} {
		impl, _ := specimen.Find(c.subject)
		if m, is := specimen.FindMutant(c.subject); is {
			impl = m.Implementation()
		}
		tr, err := text.ParseString(model.Version + "\n" + c.ops)
		if err != nil {
			t.Fatal(err)
		}
		runs := 0
		r, err := model.Check(t.Context(), model.RFC(), elsewhere(impl, &runs), tr.Trace())
		if err != nil {
			t.Fatal(err)
		}
		if got := model.VerdictLines(r); got != c.want || runs != c.runs || len(r.Transcript.Steps) != len(tr.Steps) {
			t.Errorf("%s: %s in %d runs, want %s in %d\n%s", c.why, got, runs, c.want, c.runs, r.Transcript)
		}
	}
}
