// Package nightly fuzzes all targets of a Go repository for a time, and goes on after a
// finding. It works for any package with native fuzz targets.
//
// # Index
//
//   - A night: [Run], [Options], [Result], [Finding].
//   - What there is to fuzz: [Packages], [Package.Build], [Package.Targets], [Target].
//   - One run of an engine: [NativeArgs], [FuzzTurbo].
//   - What inputs reach: [NewTracer], [Tracer].
//   - Results: [Result], and [History] for those in a store.
//
// # A night
//
// It finds the targets and builds each once for each engine: Go's own, package turbo if the
// target can run with it, and the race detector (prepare.go). It replays the pinned inputs:
// those that failed once, from the store, and those of the sources (pinned.go). It traces the
// entries of the store, and gives the engines the few that reach what all of them reach
// (reach.go, selection.go). It fuzzes a canary, which must be caught (canary.go). Then the jobs,
// one for each engine and target, run in slices by count until the budget is used up (jobs.go).
// A job gets more time the more it is expected to find (share.go). At the end the tests that
// check properties run with the seed of the night (properties.go).
//
// An input that fails is replayed, shrunk so that it fails alike, replayed ten times, pinned in
// the store and recorded (failure.go, measure.go). Failures of a target with one signature are
// one finding (signature.go).
//
// # What is on disk
//
// Everything is in one folder: the store, the folders of the engines, the findings, and the
// state of the night. A file is whole or not there. Nothing is removed before its content is
// kept elsewhere. So a kill loses nothing: the same command continues the night. Tests run in a
// copy of the module (mirror.go).
//
// Machines that share a store need not know of each other: see package store.
package nightly
