// Package wslog reads the log of a WebSocket endpoint in the shapes in which people paste
// it, and judges both ends of its connections: who broke which rule, and in which line.
//
// # Index
//
//   - Reading: [Read], [Log], [Connection], [Frame], [Pattern], [Crash], [Timeout], [Unread],
//     [Error].
//   - Judging: [Log.Judge], [Connection.Judge], [Connection.Transcript], [Result],
//     [Connection.Story].
//
// # Layers
//
// A file goes through these layers. Each takes off what a tool put around the log.
//
//   - Text: UTF-16, colours, invisible characters, lines of any length, the quotes of an
//     e-mail (decode.go, clean.go, physical.go, quote.go).
//   - Carrier: what a tool puts before each line, a pod, a container, syslog (carrier.go).
//   - Container: JSON in a line or as a document, fields, CSV, escapes of HTML and syslog, the
//     broken lines of rich and of e-mails (json.go, document.go, unwrap.go, wrapped.go).
//   - Prefix: times, loggers, processes, threads. A column that varies is the id of a
//     connection (prefix.go, ids.go, stamp.go).
//   - Dialect: how a library prints a frame (line.go, parse.go, dialect.go, netlog.go).
//
// What is left are events, which are sorted into connections when the whole log was read
// (event.go, connection.go). What no layer knows is named for what it is (foreign.go).
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
// Two connections at once can be told apart only by an id in each line; without one
// nothing is judged. If that is all that a log has, it is refused with [ErrInterleaved]. A
// server and a client in one log are told apart by the names of their loggers.
package wslog
