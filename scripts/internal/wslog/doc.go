// Package wslog reads the debug log of a python-websockets endpoint and judges
// both ends of its connections: who broke which rule, and in which line.
//
// # Index
//
//   - Reading: [Read], [Log], [Connection], [Frame], [Pattern], [Crash], [Error].
//   - Judging: [Log.Judge], [Connection.Judge], [Connection.Transcript], [Result].
//
// # What is read
//
// The frames, in both forms that the library has printed, behind any prefix of
// the logging configuration, or none:
//
//	> PING 0d 90 0f 00 [binary, 4 bytes]                   since 10.0
//	server > Frame(fin=True, opcode=9, data=b'\r\x90\x0f\x00', ...)   up to 9.1
//
// And around them the states of the connection, handshakes, tracebacks of
// exceptions that the library did not expect, and keepalives that gave up. It
// ignores every other line.
//
// # What a log can show
//
// A log shows one end: what it meant to send and what it parsed. It does not show
// which pings the application stopped waiting for, so waiters are not judged, and
// transcripts have no calls to ping. The end of a log proves no absence. What is
// missing at its beginning, or where a line cannot be read, is undecided.
// Neighbours with the same time stamp may be swapped. A payload that was shortened
// for printing is a [Pattern]: if it may be equal to another it counts as equal, and
// it is never evidence.
//
// Two connections at once can be told apart only by an id in each line (a UUID, or
// the address in the text of the connection object); without one they are refused
// with [ErrInterleaved]. A server and a client in one log are told apart by the names
// of their loggers.
package wslog
