// Package format reads and writes the inputs of fuzz targets in the files of several
// engines, so that one corpus serves all of them.
//
// # Index
//
//   - What an input is: [Input], [Form].
//   - A file for each: [Codec], [Codecs], [Find], [Detect], [ReadFolder], [WriteFolder], [GoFile].
//   - Many in one file: [ReadHex], [WriteHex], [ReadJSON], [WriteJSON], [ReadZip], [WriteZip].
//   - Where go keeps them: [Targets].
//
// Reading what was written gives the same input. Writing an input that a format cannot
// express is an error. Files may come from anybody: their size is bounded before they are
// read, and names in them are never used as paths.
package format
