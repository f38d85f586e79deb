// Package result has what runs leave for programs: JSON lines, each with a schema
// and a type. The command prints them with -json, tests leave them in a folder if the
// environment asks for it, and package report reads them all.
//
// The types here are those lines; scripts/pongcheck/JSON.md says what each field
// means.
package result
