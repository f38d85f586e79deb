// Package turbo is a coverage-guided fuzzing engine that runs in the process of
// its target: no process, pipe or goroutine is between two executions, so that
// short inputs run some twenty times as often as under go test -fuzz.
//
// # Index
//
//   - What is fuzzed: [Target], [Traces].
//   - What is new about an input: [Counters], [Lanes], [Tracer].
//   - The engine: [Run], [Options], [Result], [Finding].
//   - What survives a death: [Supervise], [Death], [ReadCurrent].
//
// # Features
//
// A feature is a thing that an execution did: it took an edge of the code so many
// times (in eight steps), or it lit a lane.
//
// Edges are counted in the packages that a test binary was compiled to count them
// in, which should be those under test and no more: each costs time. The probe is
// there to see that they are counted.
//
//	go test -c -gcflags=MODULE/...=-d=libfuzzer \
//		-gcflags=github.com/pongcheck/pongcheck/fuzz/turbo/probe=-d=libfuzzer
//
// Without them only lanes guide it. A lane is a number that the target lights itself:
// an abstract state of the model, say (see [model.Checker.Lane]), with what happens
// next.
//
// # The loop
//
// Of each feature the engine knows how often it was seen and the shortest input
// that shows it; these inputs are its corpus. An input is generated, if the target can,
// or a change of an old one, whichever showed more that is new of late. What is
// changed is the input of the rarest of a few features; it is changed by op where bytes
// stand for a trace, else by byte. A finding is told by its signature, shrunk so that
// it keeps that, and does not end the run.
//
// The same target, seeds and options give the same run: nothing reads a clock, and
// a feature counts only if it shows when the input is run again. (What goroutines
// of the target do by chance is up to them.)
package turbo
