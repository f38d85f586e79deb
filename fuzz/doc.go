// Package fuzz has fuzz targets of one line.
//
//   - [Tracker] checks how an implementation tracks its pings and answers those of its peer.
//   - [Responder] checks one that does not ping itself.
//   - [Decoder] checks code that reads frames.
//   - [Target] and [NewDecoder] are the same targets for engines other than go test.
//   - [EngineEnv] is the environment variable that runs a target with package turbo.
//
// A target needs a [model.Implementation]. Package harness makes one of a real library that
// speaks over a net.Conn; a tracker without a connection implements [model.Subject] itself,
// as the example does. README.md beside this package goes through all of it step by step.
package fuzz
