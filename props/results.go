package props

import (
	"os"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// recorder collects the results of a test for programs: see [result.Env].
type recorder struct {
	test     string
	verdict  result.Verdict
	findings []any
}

func newRecorder(t testing.TB, p model.Profile, impl *model.Implementation) *recorder {
	return &recorder{test: t.Name(), verdict: result.Verdict{Head: result.HeadOf("verdict"), Subject: impl.Name, Version: impl.Version,
		Profile: p.Name, Test: result.Test(t.Name()), Rules: map[string]model.Verdict{}}}
}

// recordRun records how the comparison with the model ended.
func (l *recorder) recordRun(impl *model.Implementation, r *Result, err error) {
	l.verdict.Rules = result.Rules(impl.Info, r.Reached)
	l.verdict.Traces, l.verdict.Ops, l.verdict.Unsupported = r.Traces, r.Ops, r.Unsupported
	l.recordEnd(r.Traces, err)
}

// recordProperties records how the properties stand.
func (l *recorder) recordProperties(r *Result, err error) {
	l.verdict.Properties = map[string]result.Property{}
	for _, y := range r.Tallies {
		p := result.Property{Experiments: y.Compared, Unsteady: y.Unsteady}
		if y.Compared > 0 {
			p.Verdict = model.OK
		}
		l.verdict.Properties[y.Name] = p
	}
	l.recordEnd(l.verdict.Traces, err)
}

// recordRaces records how a run of goroutines ended.
func (l *recorder) recordRaces(r *Result, err error) {
	l.verdict.Traces = r.Traces
	l.recordEnd(r.Traces, err)
}

func (l *recorder) recordEnd(traces int, err error) {
	if err != nil {
		l.verdict.Error = err.Error()
	}
	if traces > 0 {
		l.verdict.Verdict = max(l.verdict.Verdict, model.OK)
	}
}

// addFinding records a finding.
func (l *recorder) addFinding(f result.Finding) {
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

func (l *recorder) writeResults(t testing.TB) {
	t.Helper()
	if err := result.Leave(l.test, append(l.findings, l.verdict)...); err != nil {
		t.Errorf("%s", model.Plain(err.Error()))
	}
}
