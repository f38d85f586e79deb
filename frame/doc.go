// Package frame is a wire codec of WebSocket frames (RFC 6455 section 5) for
// tests: it builds every frame, legal or not, reads every stream, and judges
// headers in a call of its own, so that a bad frame can be let through. It
// plays both roles, allocates nothing for a frame once its buffers have grown,
// and never allocates on a length that a peer declared.
//
//   - Headers: [Header], [Opcode], [ParseHeader].
//   - Building: [Append] for any frame, [AppendFrame] for a legal one.
//   - Reading: [Decoder] cuts a stream into frames, however it arrives.
//   - Judging: [Judge] gives the [Violations] of a header in a [State]; each is
//     a rule with its section, a [Violation].
//   - Close payloads: [ParseClose], [AppendClose], [CloseCode].
//   - permessage-deflate (RFC 7692): [Deflater] and [Inflater].
//
// Nothing here keeps time, does I/O or starts a goroutine, and no value may be
// used by two goroutines at once.
package frame
