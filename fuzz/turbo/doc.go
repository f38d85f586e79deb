// Package turbo is a coverage-guided fuzzing engine that runs in the process of its
// target. No process, pipe or goroutine is between two executions, so short inputs run
// some twenty times as often as under go test -fuzz.
//
// # Index
//
//   - What is fuzzed: [Target], [Traces].
//   - What is new about an input: [Counters], [Lanes], [Tracer].
//   - The engine: [Run], [Options], [Result], [Finding].
//   - What survives a death: [Supervise], [Death].
//
// # Features
//
// A feature is something that an execution did: it took an edge of the code so many times
// (in eight steps), or it lit a lane.
//
// Edges are counted in packages compiled with -d=libfuzzer. Choose those under test and no
// more, since counting costs time. Package probe proves that edges are counted.
//
//	go test -c -gcflags=MODULE/...=-d=libfuzzer \
//		-gcflags=github.com/pongcheck/pongcheck/fuzz/turbo/probe=-d=libfuzzer
//
// Without edges only lanes guide the engine. A lane is a number that the target lights
// itself, such as an abstract state of the model with the next op (see
// [model.Checker.Lane]).
//
// # The loop
//
// The engine knows of each feature how often it was seen, and the shortest input that shows
// it. These inputs are its corpus. The next input is generated, if the target can do that,
// or an old input is changed, whichever showed more that is new lately. The engine changes
// the input of the rarest of a few features: op by op if the bytes are a trace, else byte
// by byte. A finding has a signature, keeps it while it is shrunk, and does not end the run.
//
// The same target, seeds and options give the same run: nothing reads a clock, and a
// feature counts only if a second run of the input shows it. (Goroutines of the target may
// still behave by chance.)
package turbo
