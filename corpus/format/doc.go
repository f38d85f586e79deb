// Package format reads and writes the inputs of fuzz targets in the files of several
// engines, so that one corpus serves all of them.
//
// # Index
//
//   - What an input is: [Input], [Form].
//   - A file for each: [Codec], [Codecs], [Find], [Detect], [ReadFolder], [WriteFolder], [GoFile].
//   - Many in one file: [ReadHex], [WriteHex], [ReadJSON], [WriteJSON], [ReadZip], [WriteZip].
//   - Where go keeps them: [Targets].
//   - How much one import may read: [Limits], [NewLimits], [ErrTooLarge], [ErrTooMuch].
//
// Reading what was written gives the same input. Writing an input that a format cannot
// express is an error. Files may come from anybody: their size is bounded before they are
// read, so is the total of an import, and names in them are never used as paths. An input has at
// most 1 MiB, a file with one input 4 MiB, an import 1,048,576 files with 1 GiB after unpacking.
package format
