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

// Tracker is the one line of a fuzz test of how an implementation tracks its pings and answers
// those of its peer:
//
//	func FuzzTracker(f *testing.F) { fuzz.Tracker(f, model.RFC(), implementation()) }
//
// Each input is a trace. It runs with many relatives (see [Target.Run]) and is judged by profile
// p. The seeds are the published traces; plain go test runs them, and the inputs in testdata/fuzz.
// Under -fuzz, also give -fuzzminimizetime=10x: Tracker itself shrinks a failure to the shortest
// trace, and Go's own minimiser would only keep the engine busy.
//
// A failure fails the test of its input, with the rule, the conversation and a command that
// replays it. Failures of the classes in known, such as "crash runtime.Error" or "pong.owed", do
// not fail the test, so that an engine goes on until they are fixed. If PONGCHECK_RESULTS names a
// folder, Tracker writes its findings there for `pongcheck report`, in place of those of the
// target's last run. See [Target] for other engines.
func Tracker(f *testing.F, p model.Profile, impl *model.Implementation, known ...string) {
	f.Helper()
	NewTracker(p, impl, known...).fuzzNative(f)
}

// Responder is [Tracker] for the other role. The peer pings, and sends messages that are whole, in
// pieces, compressed or malformed. The subject sends messages and closes, but does not ping.
func Responder(f *testing.F, p model.Profile, impl *model.Implementation, known ...string) {
	f.Helper()
	NewResponder(p, impl, known...).fuzzNative(f)
}

// fuzzNative runs t with the engine of go test, or with turbo if the environment asks for it.
func (t *Target) fuzzNative(f *testing.F) {
	f.Helper()
	if err := t.impl.Fit(); err != nil {
		f.Fatal(model.Plain(err.Error()))
	}
	seeds, err := t.Seeds()
	if err != nil {
		f.Fatal(model.Plain(err.Error()))
	}
	for _, s := range seeds {
		f.Add(s)
	}
	run, wanted, err := parseEngineEnv()
	if err != nil {
		f.Fatal(model.Plain(err.Error()))
	}
	if run.trace == "" && !inWorker() {
		if err := result.Clear(f.Name()); err != nil {
			f.Fatal(model.Plain(err.Error()))
		}
	}
	if wanted {
		run.fuzzOrTrace(f, t.turboTarget(run.maxOps()), seeds, func(found *turbo.Finding) bool { return t.reportTurbo(f, found.Input) })
		f.Skip(skipReason)
	}
	if inWorker() {
		// A second thread of the Go runtime makes each execution 40 % slower.
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	}
	var first *props.Finding
	f.Fuzz(func(test *testing.T, in []byte) {
		finding, err := t.Run(in)
		switch {
		case err != nil:
			test.Fatal(model.Plain(err.Error()))
		case finding == nil:
		case first != nil && finding != first && inWorker():
			// The engine minimises the first finding. A pass must not turn it into another.
		default:
			first = finding
			test.Attr("pongcheck.state", model.Plain(fmt.Sprintf("%08b", t.failureLane(finding))))
			reportFinding(test, f.Name(), finding)
		}
	})
}

// inWorker reports whether go test -fuzz started this process to run inputs.
func inWorker() bool {
	worker := flag.Lookup("test.fuzzworker")
	return worker != nil && worker.Value.String() == "true"
}
