// Package driver runs a subject that lives in other processes, in any language,
// over stdin and stdout.
//
// # Index
//
//   - [Open] starts a driver and reads its greeting: [Driver.Greeting].
//   - [Driver.Run] takes traces and yields transcripts, in the same order;
//     [Driver.Implementation] offers it to the doors of this project.
//   - [Trouble] is the error when the driver, not its subject, is at fault.
//   - [Options] has the bounds.
//
// README.md beside this file is the protocol, for those who write a driver.
//
// # Whole traces, a pool, one order
//
// A round trip for each op would be slow, so whole traces are in flight, up to
// [Options.Ahead] for each of up to [Options.Processes] processes. A process is
// started only when the ones before it have all they may have, and it stays for
// the next Run. Nothing that is wrong with one process can hold up a Run for ever: every
// wait is bounded by [Options.Silence] or ends with the context.
//
// # Blame
//
// A driver may die, fall silent, or print what is no answer. Its output comes in
// batches, so the last trace seen need not be the one at fault. What it left
// unanswered is therefore sent once more, one trace at a time and one op at a
// time, to a fresh process that has just proved itself on an empty trace:
//
//   - A trace that kills it alone is a finding about the subject: a transcript
//     that breaks off with a crash, "! process exit-STATUS: last line of stderr".
//   - A trace at which it is silent alone is one too: "! hang".
//   - What it prints, if that is no answer, is never a finding: [Trouble].
//   - A death or a wrong answer in company that nobody repeats alone is Trouble: something
//     leaks from trace to trace. Silence in company is no trouble: the batch
//     was slow.
//
// The crash or hang stands at the first op that had no echo, which is the one
// being done, for a driver that answers an op when it has done it.
package driver
