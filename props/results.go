package props

import (
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// left is what a test leaves for programs, if the environment asks for it: see package
// result.
type left struct {
	test     string
	verdict  result.Verdict
	findings []any
}

func newLeft(t testing.TB, p model.Profile, impl *model.Implementation) *left {
	return &left{test: t.Name(), verdict: result.Verdict{Head: result.HeadOf("verdict"), Subject: impl.Name, Version: impl.Version,
		Profile: p.Name, Test: result.Test(t.Name()), Rules: map[string]model.Verdict{}}}
}

// ran takes over how the comparison with the model ended.
func (l *left) ran(impl *model.Implementation, r *Result, err error) {
	l.verdict.Rules = result.Rules(impl.Info, r.Reached)
	l.verdict.Traces, l.verdict.Ops, l.verdict.Unsupported = r.Traces, r.Ops, r.Unsupported
	l.ended(r.Traces, err)
}

// asked takes over how the properties stand.
func (l *left) asked(r *PropertyResult, err error) {
	l.verdict.Properties = map[string]result.Property{}
	for _, y := range r.Tallies {
		p := result.Property{Experiments: y.Compared, Unsteady: y.Unsteady}
		if y.Compared > 0 {
			p.Verdict = model.OK
		}
		l.verdict.Properties[y.Name] = p
	}
	l.ended(l.verdict.Traces, err)
}

// raced takes over how a run of goroutines ended.
func (l *left) raced(r *RaceResult, err error) {
	l.verdict.Traces = r.Traces
	l.ended(r.Traces, err)
}

func (l *left) ended(traces int, err error) {
	if err != nil {
		l.verdict.Error = err.Error()
	}
	if traces > 0 {
		l.verdict.Verdict = max(l.verdict.Verdict, model.OK)
	}
}

// add takes a finding over.
func (l *left) add(f result.Finding) {
	f.Test = l.verdict.Test
	if f.Replay = result.GoTest(l.test); os.Getenv(result.SeedEnv) != "" {
		f.Replay = result.SeedEnv + "=" + os.Getenv(result.SeedEnv) + " " + f.Replay
	}
	l.findings = append(l.findings, f)
	l.verdict.Verdict = max(l.verdict.Verdict, f.Verdict)
	if name, is := strings.CutPrefix(f.Class, result.OfProperties+" "); is {
		p := l.verdict.Properties[name]
		p.Verdict = max(p.Verdict, f.Verdict)
		l.verdict.Properties[name] = p
		return
	}
	l.verdict.Rules[f.Rule] = max(l.verdict.Rules[f.Rule], f.Verdict)
}

func (l *left) leave(t testing.TB) {
	t.Helper()
	if err := result.Leave(l.test, append(l.findings, l.verdict)...); err != nil {
		t.Errorf("%v", err)
	}
}

// Line is the finding for programs.
func (f *Finding) Line() result.Finding {
	e := &f.Finding
	if i := find(f.Report, keyOf(e)); i >= 0 {
		e = &f.Report.Findings[i] // of which the report knows what was allowed instead
	}
	l := result.FindingOf(f.Implementation.Name, f.Implementation.Version, f.Report, e)
	l.Profile, l.Origin = f.Profile.Name, f.Origin()
	if f.Name == "" {
		l.Seed, l.Index = &f.Seed, &f.Index
	}
	l.Trace, l.Role = f.Shrunk.String(), f.Shrunk.Config.Role.String()
	return l
}

// Line is the violation for programs.
func (v *Violation) Line() result.Finding {
	l := result.Finding{Head: result.HeadOf("finding"), Subject: v.Implementation.Name, Version: v.Implementation.Version,
		Profile: v.Profile.Name, Rule: result.OfProperties, Verdict: v.Verdict, Certainty: v.Certainty, Vantage: v.Vantage, Class: v.Class(),
		Sentence: "not so: " + v.Property.Sentence, Origin: v.Origin()}
	if v.Name == "" {
		l.Seed, l.Index = &v.Seed, &v.Index
	}
	l.Want, l.Seen = result.Differ(v.Want, v.Got)
	l.Trace, l.Role = v.Shrunk.String(), v.Shrunk.Config.Role.String()
	for _, r := range v.Runs {
		l.Runs = append(l.Runs, r.String())
	}
	return l
}

// line has the history in place of a conversation, and no trace: what many goroutines
// did at once is not repeated by that alone.
func (f *RaceFinding) line() result.Finding {
	return result.Finding{Head: result.HeadOf("finding"), Subject: f.Implementation.Name, Version: f.Implementation.Version,
		Profile: f.Profile.Name, Rule: f.Rule.ID, Verdict: model.FAILED, Certainty: model.Proved, Vantage: model.InProcess, Class: f.Class(),
		Sentence: f.Sentence, Seen: f.History.String(), Origin: f.origin()}
}
