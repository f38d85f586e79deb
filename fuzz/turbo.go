package fuzz

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// EngineEnv is the environment variable by which `pongcheck fuzz` runs a fuzz test with the engine
// of package turbo. Its value is a URL query: seed=N&n=EXECUTIONS&time=DURATION&dir=FOLDER. n and
// time are optional.
//
// With trace=FILE&to=FILE the test only traces inputs, for `pongcheck corpus min`. It reads them
// from the first file and writes answers to the second, as [turbo.Tracer.Serve] says. Either file
// may be a pipe.
const EngineEnv = "PONGCHECK_TURBO"

// turboRun is a run of package turbo that the environment asks for.
type turboRun struct {
	options   turbo.Options
	time      time.Duration // after which the run ends; 0: never
	trace, to string        // files of the inputs to trace and of the answers; empty: fuzz
}

// parseEngineEnv reads EngineEnv. wanted reports whether it is set.
func parseEngineEnv() (r turboRun, wanted bool, err error) {
	env := os.Getenv(EngineEnv)
	if env == "" {
		return r, false, nil
	}
	q, err := url.ParseQuery(env)
	if err != nil {
		return r, true, fmt.Errorf("%s: %w", EngineEnv, err)
	}
	var errs [3]error
	number := func(key string, i int) uint64 {
		if q.Get(key) == "" {
			return 0
		}
		n, err := strconv.ParseUint(q.Get(key), 10, 63)
		errs[i] = err
		return n
	}
	r.trace, r.to = q.Get("trace"), q.Get("to")
	r.options.Seed, r.options.N, r.options.Dir = number("seed", 0), int(number("n", 1)), q.Get("dir")
	if q.Get("time") != "" {
		r.time, errs[2] = time.ParseDuration(q.Get("time"))
	}
	if r.options.N == 0 {
		r.options.N = 1 << 62
	}
	if err := errors.Join(errs[:]...); err != nil {
		return r, true, fmt.Errorf("%s=%s: %w", EngineEnv, env, err)
	}
	return r, true, nil
}

// skipReason is why a fuzz test skips its own inputs after a run of turbo.
const skipReason = "turbo does not run the inputs in testdata/fuzz: go test does"

// fuzzOrTrace fuzzes t, or, if r.trace is set, only traces the given inputs. show prints a finding
// and reports whether it is new.
func (r turboRun) fuzzOrTrace(f *testing.F, t *turbo.Target, seeds [][]byte, show func(*turbo.Finding) bool) {
	f.Helper()
	if r.trace != "" {
		if err := serveTraces(t, r.trace, r.to); err != nil {
			f.Fatal(model.Plain(err.Error()))
		}
		return
	}
	ctx := f.Context()
	if r.time > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, r.time)
		defer stop()
	}
	shown := 0
	r.options.Found = func(found *turbo.Finding) {
		if show(found) {
			shown++
		}
	}
	result, err := turbo.Run(ctx, t, seeds, r.options)
	if err != nil && !errors.Is(err, context.DeadlineExceeded) {
		f.Error(model.Plain("turbo: " + err.Error()))
	}
	fmt.Printf("%s, %s\n", result.Summary(), countFindings(len(result.Findings), shown))
}

// countFindings says how many findings there were, and how many were left after shrinking.
func countFindings(n, shown int) string {
	if shown == n {
		return fmt.Sprintf("%d findings", n)
	}
	return fmt.Sprintf("%d findings, which shrink to %d", n, shown)
}

// serveTraces traces the inputs of the file from, and writes the answers to the file to.
func serveTraces(t *turbo.Target, from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o666)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	tracer, err := turbo.NewTracer(t)
	if err != nil {
		return err
	}
	return tracer.Serve(in, out)
}

// opsInTurbo is how many ops of a trace turbo runs. Its executions cost little besides the ops.
const opsInTurbo = 64

// maxOps returns how many ops of a trace are run. Traced inputs may come from any engine, so all
// their ops count.
func (r turboRun) maxOps() int {
	if r.trace != "" {
		return opsCalled
	}
	return opsInTurbo
}

// turboTarget wraps t for package turbo, with traces of at most so many ops.
func (t *Target) turboTarget(ops int) *turbo.Target {
	var lanes *turbo.Lanes
	t.tester.Watch(func(lane uint8, k model.Kind) { lanes.Light(uint32(lane)<<5 | uint32(k)) })
	return turbo.Traces(t.info, ops, func(trace *model.Trace, l *turbo.Lanes) string {
		lanes = l
		t.info.Restrict(trace)
		pace(trace)
		r, err := t.tester.Try(trace)
		if err != nil {
			return "trouble: " + err.Error()
		}
		if i := t.firstFailure(r); i >= 0 {
			return signatureOf(&r.Findings[i], trace)
		}
		return ""
	})
}

// reportTurbo reports a failing input of turbo, once for each signature. Two findings may shrink
// to one; the second is not new.
func (t *Target) reportTurbo(f *testing.F, in []byte) (news bool) {
	f.Helper()
	clear(t.found) // shrink again: the same class may have another signature
	finding, _, err := t.tryTrace(t.decodeTrace(in))
	switch {
	case err != nil:
		f.Error(model.Plain(err.Error()))
		return true
	case finding == nil:
		f.Errorf("an input failed once, but not when it ran again: %x", in)
		return true
	case t.shown[Signature(finding)]:
		return false
	}
	t.shown[Signature(finding)] = true
	name := signatureFileName(Signature(finding))
	if err := leaveResult(f.Name(), f.Name()+"/"+name, finding); err != nil {
		f.Error(model.Plain(err.Error()))
	}
	f.Error(model.Plain(finding.String() + "\n" + keepInput(f.Name(), name, text.Encode(finding.Shrunk))))
	return true
}
