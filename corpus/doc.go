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
// Package format, below this one, reads and writes the inputs of any Go fuzz target as
// other engines do. The shared store and the choice of the few inputs that reach what all
// of them reach are internal to the command: only it uses them.
package corpus
