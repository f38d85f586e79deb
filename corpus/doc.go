// Package corpus holds the seeds: traces that are worth running against every
// implementation. There is one for each way in which ping tracking is known to have
// broken in the wild, and one for each rule that those do not reach.
//
// The seeds are files in the folder seeds, in the text form of package model. Each opens
// with a comment: the story, then a line "Source:" with the project, the reference and
// the versions. A seed is a trace, not a transcript: the model says which outcomes are
// right. Every bug among the seeds is published. A bug in the newest release of a library
// stays out until it is fixed.
//
// Three packages below this one serve any Go project with fuzz targets:
//
//   - store keeps inputs that many machines find and share;
//   - format reads and writes inputs as other engines do;
//   - cover chooses the few inputs that reach what all of them reach.
package corpus
