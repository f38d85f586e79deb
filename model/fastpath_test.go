package model_test

import (
	"fmt"
	"os"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/generate"
)

// fastPathTraces is how many generated traces each specimen and mutant steps under
// each profile, beside the stored ones; with PONGCHECK_FULL a hundred times as many.
const fastPathTraces = 12

// The fast path of the checker is a cache of the judge: with and without it each
// trace on each specimen, mutant and reference gives the same report, and the same
// lanes on the way. A fast path that forgets anything the judge remembers, or that claims a rule
// the judge does not put to the test, fails here.
func TestFastPathAgreesWithJudge(t *testing.T) {
	n := fastPathTraces
	if os.Getenv("PONGCHECK_FULL") != "" {
		n *= 100
	}
	stored := storedTraces(t)
	for _, impl := range specimensAndMutants() {
		t.Run(impl.Name+"@"+impl.Version, func(t *testing.T) {
			for _, p := range model.Profiles() {
				if p.Policy != model.OpenPolicy || p.Name == impl.Profile { // the fast path needs a policy
					newBothPaths(p, &impl).compareAll(t, stored, n)
				}
			}
		})
	}
	for p := model.UpTo; p <= model.Counter; p++ {
		for _, equals := range []model.Equals{model.EqualsOpen, model.EqualsRefused, model.EqualsSent} {
			profile := model.Profile{Name: p.String(), Policy: p, Equals: equals, Sends: true, Timed: true}
			reference := &model.Implementation{Info: model.Everything(), New: func() model.Subject { return model.NewState(profile, model.Everything()) }}
			newBothPaths(profile, reference).compareAll(t, stored, 10*n)
		}
	}
}

func specimensAndMutants() []model.Implementation {
	all := specimen.All()
	for _, m := range specimen.Mutants() {
		all = append(all, *m.Implementation())
	}
	return all
}

// storedTraces are the shortest trace of each mutant, and the one on which the two
// paths once disagreed.
func storedTraces(t *testing.T) []*model.Trace {
	traces := []*model.Trace{{Ops: []model.Op{
		{Kind: model.Ping, Data: model.Bytes("a")},
		{Kind: model.Pong, Data: model.Bytes("b")},
		{Kind: model.Pong, Data: model.EchoOf(1)},
		{Kind: model.Settle},
	}}}
	for _, m := range specimen.Mutants() {
		tr, err := m.Shortest()
		if err != nil {
			t.Fatal(err)
		}
		traces = append(traces, tr)
	}
	return traces
}

// bothPaths checks one subject twice: with the fast path, and by the judge alone.
type bothPaths struct {
	profile               string
	info                  model.Info
	fast, judge           *model.Checker
	fastLanes, judgeLanes []uint8
	fastSubject, judged   model.Subject
}

func newBothPaths(p model.Profile, impl *model.Implementation) *bothPaths {
	b := &bothPaths{profile: p.Name, info: impl.Info, fast: model.NewChecker(p, impl.Info), judge: model.NewChecker(p, impl.Info),
		fastSubject: impl.New(), judged: impl.New()}
	model.JudgeAll(b.judge)
	b.fast.Watch = func(lane uint8, _ model.Kind) { b.fastLanes = append(b.fastLanes, lane) }
	b.judge.Watch = func(lane uint8, _ model.Kind) { b.judgeLanes = append(b.judgeLanes, lane) }
	return b
}

// compareAll runs the stored traces, and n generated ones.
func (b *bothPaths) compareAll(t *testing.T, stored []*model.Trace, n int) {
	t.Helper()
	for i, tr := range stored {
		b.compare(t, fmt.Sprintf("stored trace %d", i), tr)
	}
	g := generate.New(b.info, generate.Options{})
	var tr model.Trace
	for i := range n {
		g.Trace(61, uint64(i), &tr)
		b.compare(t, fmt.Sprintf("trace %d of seed 61", i), &tr)
	}
}

// compare runs tr on both paths, up to the first failure and beyond it.
func (b *bothPaths) compare(t *testing.T, name string, tr *model.Trace) {
	t.Helper()
	for _, goOn := range []bool{false, true} {
		b.fast.GoOn, b.judge.GoOn = goOn, goOn
		b.fastLanes, b.judgeLanes = b.fastLanes[:0], b.judgeLanes[:0]
		f, j := b.fast.Run(b.fastSubject, tr), b.judge.Run(b.judged, tr)
		if !slices.Equal(f.Findings, j.Findings) {
			t.Fatalf("profile %s, %s: the fast path finds\n%s\nthe judge\n%s\n%s", b.profile, name, sentences(f), sentences(j), tr)
		}
		if f.Reached != j.Reached {
			t.Fatalf("profile %s, %s: reached by the fast path alone: %s; by the judge alone: %s\n%s",
				b.profile, name, ruleNames(f.Reached&^j.Reached), ruleNames(j.Reached&^f.Reached), tr)
		}
		if f.Policies != j.Policies || f.PolicyObserved != j.PolicyObserved || f.Verdict != j.Verdict || f.Ops != j.Ops || f.Unsupported != j.Unsupported {
			t.Fatalf("profile %s, %s: the fast path reports %+v, the judge %+v\n%s", b.profile, name, f, j, tr)
		}
		if !slices.Equal(b.fastLanes, b.judgeLanes) {
			t.Fatalf("profile %s, %s: the lanes are %08b by the fast path, %08b by the judge\n%s", b.profile, name, b.fastLanes, b.judgeLanes, tr)
		}
	}
}

func sentences(r *model.Report) (lines []string) {
	for i := range r.Findings {
		f := &r.Findings[i]
		lines = append(lines, fmt.Sprintf("%s %s at op %d: %s %+v", f.Verdict, f.Rule, f.Op, f.Sentence(), *f))
	}
	return lines
}

func ruleNames(set model.RuleSet) (names []string) {
	for i, r := range model.Rules() {
		if set>>i&1 != 0 {
			names = append(names, r.ID)
		}
	}
	return names
}
