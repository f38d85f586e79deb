// Package report turns the lines that runs leave (see package props/result) into what
// people and other programs read.
//
//   - What was run: [Run], [Read], [Compare].
//   - For people: [HTML], a page that needs nothing else; [Markdown], for the summary
//     of a job.
//   - For programs: [JUnit], [Annotations] of GitHub's, [JSON].
//   - Pieces: [Sequence] draws a conversation, [GoTest] writes a test of a finding.
//
// What is read may come from anywhere: an implementation under test, or its peer,
// chose the bytes and words in it. All of it is escaped, and what is drawn is bounded.
package report
