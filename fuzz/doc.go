// Package fuzz has fuzz targets of one line: [Tracker], [Responder] and, for code that
// reads frames, [Decoder]. Package harness makes the implementation that they run of
// a real library.
//
// For engines other than go test there are [Target] and [NewDecoder]; [EngineEnv] is
// the environment variable that has package turbo run a target.
package fuzz
