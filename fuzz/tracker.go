package fuzz

import (
	"flag"
	"fmt"
	"runtime"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/result"
)

// Tracker is the one line of a fuzz test of how an implementation tracks its pings
// and answers those of others:
//
//	func FuzzTracker(f *testing.F) { fuzz.Tracker(f, model.RFC(), implementation()) }
//
// Each input is a trace, tried with many relatives (see [Target.Run]) and judged by
// profile p. Seeds are the published traces; go test runs them, and what is in
// testdata/fuzz. Under -fuzz, give -fuzzminimizetime=10x: what fails is shrunk here,
// to the shortest trace of the same failure, and all that Go's minimiser could do is
// keep the engine busy.
//
// A failure fails the input's test with the rule, the conversation and how to replay
// it. Those of the classes in known, such as "crash runtime.Error" or "pong.owed", are
// passed over, so that an engine goes on until they are mended. What was found is also
// left in the folder that the environment variable PONGCHECK_RESULTS names, if it does,
// for pongcheck report, in place of what the last run of the target found. See [Target]
// for other engines.
func Tracker(f *testing.F, p model.Profile, impl *model.Implementation, known ...string) {
	f.Helper()
	NewTracker(p, impl, known...).fuzzNative(f)
}

// Responder is [Tracker] for the other role: the peer pings and sends messages,
// whole, in pieces, compressed and malformed, and the subject sends messages and
// closes, but does not ping.
func Responder(f *testing.F, p model.Profile, impl *model.Implementation, known ...string) {
	f.Helper()
	NewResponder(p, impl, known...).fuzzNative(f)
}

// fuzzNative puts t before the engine of package testing.
func (t *Target) fuzzNative(f *testing.F) {
	f.Helper()
	seeds, err := t.Seeds()
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range seeds {
		f.Add(s)
	}
	run, wanted, err := parseEngineEnv()
	if err != nil {
		f.Fatal(err)
	}
	if run.trace == "" && !inWorker() {
		if err := result.Clear(f.Name()); err != nil {
			f.Fatal(err)
		}
	}
	if wanted {
		run.fuzzOrTrace(f, t.turboTarget(run.maxOps()), seeds, func(found *turbo.Finding) bool { return t.reportTurbo(f, found.Input) })
		f.Skip(skipReason)
	}
	if inWorker() {
		// A second thread of the runtime's costs 40 % more for each execution.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	}
	var first *props.Finding
	f.Fuzz(func(test *testing.T, in []byte) {
		finding, err := t.Run(in)
		switch {
		case err != nil:
			test.Fatal(err)
		case finding == nil:
		case first != nil && finding != first && inWorker():
			// The engine minimises what failed. Another failure is not that.
		default:
			first = finding
			test.Attr("pongcheck.state", fmt.Sprintf("%08b", t.failureLane(finding)))
			reportFinding(test, f.Name(), finding)
		}
	})
}

// inWorker reports whether this process runs inputs for go test -fuzz.
func inWorker() bool {
	worker := flag.Lookup("test.fuzzworker")
	return worker != nil && worker.Value.String() == "true"
}
