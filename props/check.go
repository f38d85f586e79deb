package props

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// Check is the one line that most tests need. It tries impl against profile p with
// stored failures, the published seeds and generated traces, and then with every
// metamorphic property that is true of such a subject (see [metamorphic.All]). It fails
// t for every class of failure, and for every property that is violated, with the
// shortest trace that it found.
//
//	func TestPings(t *testing.T) {
//		props.Check(t, model.RFC(), mylib.Implementation())
//	}
//
// Check logs findings that are not strict, or only informative. It stores each failure
// in testdata/pongcheck, in a folder named after the test, and runs it first from then
// on; commit it to keep the bug from coming back. The traces are the same in every run,
// unless an option or the environment variable PONGCHECK_SEED changes the seed. For
// programs, Check writes its results where [result.Env] says.
func Check(t testing.TB, p model.Profile, impl *model.Implementation, options ...func(*Options)) {
	t.Helper()
	o, s := prepareOptions(t, options)
	ctx, stop := context.WithTimeout(t.Context(), timeLeft(t))
	defer stop()
	left := newRecorder(t, p, impl)
	defer left.writeResults(t)
	result, err := Run(ctx, p, impl, o)
	left.recordRun(impl, result, err)
	if result.Stopped != "" {
		t.Logf("%s", model.Plain(result.Stopped))
	}
	logLeftOut(t, result)
	reportFindings(t, result, o, s, left)
	if ranToItsEnd(t, impl, result.Traces, err) {
		checkProperties(ctx, t, p, impl, o, s, result, left)
	}
}

// prepareOptions returns the options of a check, with the stored failures first, and the
// store of these.
func prepareOptions(t testing.TB, options []func(*Options)) (Options, store) {
	t.Helper()
	var o Options
	for _, set := range options {
		set(&o)
	}
	if seed := os.Getenv(result.SeedEnv); seed != "" && o.Seed == 0 {
		var err error
		if o.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil {
			t.Fatalf("%s", model.Plain(fmt.Sprintf("%s=%q is no seed: %v", result.SeedEnv, seed, err)))
		}
	}
	s := store{name: t.Name()}
	if !o.NoFiles {
		stored, err := s.loadFailures()
		if err != nil {
			t.Fatalf("%s", model.Plain(err.Error()))
		}
		o.First = append(o.First[:len(o.First):len(o.First)], stored...)
	}
	return o, s
}

// ranToItsEnd reports whether a check ran to its end. It fails t if no trace was run.
func ranToItsEnd(t testing.TB, impl *model.Implementation, traces int, err error) bool {
	t.Helper()
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		t.Logf("the time of the test was used up after %d traces", traces)
		return false
	case err != nil:
		t.Fatalf("%s", model.Plain(err.Error()))
	case traces == 0:
		t.Fatalf("check %s: no trace was run", model.Plain(impl.Name))
	}
	return true
}

// logLeftOut logs the stored traces that the subject cannot run.
func logLeftOut(t testing.TB, r *Result) {
	t.Helper()
	for _, name := range r.LeftOut {
		t.Logf("left out: %s: the subject does not have the role, or what else it sets", model.Plain(name))
	}
}

// reportFindings fails t for what is FAILED, and stores it; the rest is logged.
func reportFindings(t testing.TB, r *Result, o Options, s store, left *recorder) {
	t.Helper()
	for i := range r.Findings {
		f := &r.Findings[i]
		left.addFinding(f.Line())
		if f.Verdict < model.FAILED {
			t.Logf("%s", model.Plain(f.String()))
		} else if o.NoFiles {
			t.Errorf("%s", model.Plain(f.String()))
		} else {
			t.Errorf("%s", model.Plain(f.String()+"\n"+s.saveFailure(f)))
		}
	}
}

// checkProperties tries the metamorphic properties.
func checkProperties(ctx context.Context, t testing.TB, p model.Profile, impl *model.Implementation, o Options, s store, found *Result, left *recorder) {
	t.Helper()
	var known []string
	for f := range found.Failures() {
		known = append(known, f.Breach.RuleClass())
	}
	result, err := RunProperties(ctx, p, impl, o, known...)
	left.recordProperties(result, err)
	reportFindings(t, result, o, s, left)
	t.Logf("properties, with the comparisons that had a result: %s", model.Plain(fmt.Sprint(result.Tallies)))
	if errors.Is(err, context.DeadlineExceeded) {
		t.Logf("the time of the test was used up before all of them were tried")
	} else if err != nil {
		t.Fatalf("%s", model.Plain(err.Error()))
	}
}

// timeLeft returns the time that the test may use: a tenth of what go test allows, ten
// seconds at most, is kept for the report.
func timeLeft(t testing.TB) time.Duration {
	if d, is := t.(interface{ Deadline() (time.Time, bool) }); is {
		if at, set := d.Deadline(); set {
			left := time.Until(at)
			return left - min(left/10, 10*time.Second)
		}
	}
	return 24 * time.Hour
}
