// Package result has the results of runs as JSON lines for programs, each with a schema
// and a type. The command prints them with -json. Tests write them into the folder that
// [Env] names. Package report reads them all.
//
// The types here are those lines; scripts/pongcheck/JSON.md says what each field
// means.
package result
