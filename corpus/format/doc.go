// Package format reads and writes the inputs of fuzz targets as their engines do, so
// that one corpus serves all of them.
//
// # Index
//
//   - What an input is: [Input], [Form].
//   - A file for each: [Codec], [Codecs], [Find], [Detect], [ReadFolder], [WriteFolder].
//   - Many in one file: [ReadHex], [WriteHex], [ReadJSON], [WriteJSON], [ReadZip], [WriteZip].
//   - Where go keeps them: [Targets].
//
// What is written comes back as it was; where a format has no way to say something, writing
// it is an error. What is read may come from anybody: its size is bounded before it is
// read, and its names are never used as paths.
package format
