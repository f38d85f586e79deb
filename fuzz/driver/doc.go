// Package driver runs a subject that lives in other processes, in any language,
// over stdin and stdout.
//
// # Index
//
//   - [Open] starts a driver and reads its greeting.
//   - [Driver.Run] takes traces and yields transcripts, in the same order;
//     [Driver.Implementation] offers it to the doors of this project.
//   - [Trouble] is the error when the driver, not its subject, is at fault.
//   - [Options] has the bounds.
//
// README.md beside this file is the protocol, for those who write a driver.
//
// # Whole traces, a pool, one order
//
// A round trip for each op would be slow, so whole traces are sent: up to [Options.Ahead]
// at a time to each of up to [Options.Processes] processes. A process is started only when
// the others have as many traces as they may have, and it stays for the next Run. No process
// can block a Run for ever: every wait is bounded by [Options.Silence] or ends with the
// context.
//
// # Blame
//
// A driver may die, fall silent, or print something that is no answer. Its output comes in
// batches, so the last trace seen need not be the one at fault. The unanswered traces are
// therefore sent again, one trace and one op at a time, to a new process that has just
// proved itself on an empty trace:
//
//   - A trace that kills it alone is a finding about the subject: a transcript
//     that breaks off with a crash, "! process exit-STATUS: MESSAGE", as the
//     runtime of its language tells it on stderr.
//   - A trace at which it falls silent alone is a finding, too: "! hang".
//   - A line that is no answer is never a finding, but [Trouble].
//   - A death or a wrong answer among others that no trace repeats alone is Trouble:
//     something leaks from trace to trace. Silence among others is none: the batch was slow.
//
// The crash or hang stands at the first op without an echo. A driver echoes an op when it
// has done it, so this is the op that it was doing.
package driver
