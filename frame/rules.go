package frame

// Role is an end of a connection.
type Role uint8

// The two ends.
const (
	Server Role = iota
	Client
)

// String gives server or client.
func (r Role) String() string {
	if r == Server {
		return "server"
	}
	return "client"
}

// State is what a receiver knows when a header arrives. The zero State is that
// of a server at the start of a connection without extensions.
type State struct {
	Role      Role // of the receiver
	InMessage bool // a message began and its last fragment has not come
	Deflate   bool // permessage-deflate was negotiated (RFC 7692)

	// OtherExtension says that an extension other than permessage-deflate was
	// negotiated. It may give any meaning to reserved bits, opcodes and
	// interleaved fragments (RFC 6455 sections 5.2, 5.4, 5.8), so that there is
	// no verdict on them.
	OtherExtension bool
}

// After returns the state after a frame with header h, good or bad. A text, binary or continuation
// frame without FIN leaves a message open (RFC 6455 section 5.4). A control frame leaves the state
// as it is.
func (s State) After(h Header) State {
	if h.Opcode <= Binary {
		s.InMessage = !h.Fin
	}
	return s
}

// Judge returns every rule that a header breaks when it arrives in state s, 0 for a legal one. It
// does not advance the state: [State.After] does. The caller decides whether to let a bad frame
// through. To judge what a subject sends, use the state of its peer.
//
// If a frame comes in pieces, judge the first.
func Judge(h Header, s State) (v Violations) {
	reserved, control := h.Opcode.Reserved(), h.Opcode.Control()

	if !s.OtherExtension {
		// "MUST be 0 unless an extension is negotiated that defines meanings for
		// non-zero values" (5.2). RFC 7692 section 6 defines RSV1, for the first
		// frame of a message only.
		undefined := h.RSV
		if s.Deflate {
			undefined &^= RSV1
			if h.RSV&RSV1 != 0 && (control || h.Opcode == Continuation) {
				v |= MisplacedRSV1
			}
		}
		if undefined != 0 {
			v |= UndefinedRSV
		}
		// "If an unknown opcode is received, the receiving endpoint MUST _Fail the
		// WebSocket Connection_" (5.2).
		if reserved {
			v |= UnknownOpcode
		}
		// The fragments of one message come in order and alone (5.4).
		if h.Opcode == Continuation && !s.InMessage {
			v |= StrayContinuation
		}
		if (h.Opcode == Text || h.Opcode == Binary) && s.InMessage {
			v |= InterleavedMessages
		}
	}

	// "A server MUST NOT mask any frames", "a client MUST mask all frames" (5.1).
	if h.Masked != (s.Role == Server) {
		v |= WrongMask
	}

	// "All control frames MUST have a payload length of 125 bytes or less and MUST
	// NOT be fragmented" (5.5), the reserved ones too, unless an extension that
	// we do not know took them.
	if control && !(reserved && s.OtherExtension) {
		if !h.Fin {
			v |= FragmentedControl
		}
		if h.Length > MaxControl {
			v |= LongControl
		}
	}

	// "the most significant bit MUST be 0" and "the minimal number of bytes MUST
	// be used to encode the length" (5.2).
	if h.Length>>63 != 0 {
		v |= LengthHighBit
	}
	if h.LengthForm > shortestForm(h.Length) {
		v |= LongLengthForm
	}
	return v
}
