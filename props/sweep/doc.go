// Package sweep sends a subject every header of RFC 6455 section 5.2, one frame a trace.
//
// Random traces hardly ever draw a header that is odd in two ways, and some libraries die
// of one such frame. There are few headers, so all of them can be tried: FIN, RSV, opcode,
// mask, length form and boundary lengths, in both roles, in each [Place] of a conversation.
//
//   - [New] makes the sweep of a subject; [Sweep.Trace] is the trace of a frame.
//   - [Column] keeps what a subject did with each; [Fold] puts columns side by side, and
//     joins the frames in which all of them are equal.
//   - [Table] is that for people, with the words of [Legend]; [Part] for programs.
package sweep
