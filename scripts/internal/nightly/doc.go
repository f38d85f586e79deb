// Package nightly fuzzes all targets of a Go repository for a time, and goes on after a
// finding. It takes any package with native fuzz targets.
//
// # Index
//
//   - A night: [Run], [Options], [Result], [Finding].
//   - What there is to fuzz: [Packages], [Package.Build], [Package.Targets], [Target].
//   - One run of an engine: [NativeArgs], [FuzzTurbo].
//   - What inputs reach: [NewTracer], [Tracer].
//   - Results: [Result], and [HistoryName] for where a store keeps it.
//
// # A night
//
// Targets are found and built once for each engine: Go's own, package turbo if the target
// can run with it, and the race detector. What is pinned is replayed: inputs that failed
// once, from the store, and those that the sources have. The entries of the store are
// traced, and engines begin with the few that reach what all of them reach. A canary must
// be caught. Then engines run in slices by count, which get their shares by what is to be
// expected of them (see share.go), until the budget is used up. Then tests that check
// properties run with the seed of the night.
//
// An input that fails is replayed, shrunk so that it fails alike, replayed ten times,
// pinned in the store and kept; failures of a target with one signature are one finding.
//
// # What is on disk
//
// All is in one folder: the store, the folders of the engines, the findings, and the
// state of the night. A file is whole or not there, and nothing is removed before what
// was made of it is kept, so that a process that is killed loses nothing: the same
// command continues the night. Tests run in a copy of the module, see mirror.go.
//
// Machines that share a store need not know of each other: see package store.
package nightly
