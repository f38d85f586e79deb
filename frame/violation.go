package frame

import (
	"iter"
	"math/bits"
	"strings"
)

// Level is how strongly a rule binds the receiver of a frame that breaks it.
// Its sender each rule binds with a MUST.
type Level string

// The levels of the rules about headers.
const (
	Must Level = "MUST" // the receiver must fail the connection
	May  Level = "MAY"  // it may (RFC 6455 section 10.7); accepting is not strict
	Lint Level = "lint" // accepting and refusing are equally right
)

// Violation is a rule about frame headers, as data.
type Violation struct {
	Bit      Violations // its place in the set
	ID       string     // its name: frame/ and one or two words
	Section  string     // of RFC 6455, or with the RFC's name before it
	Receiver Level      // what it asks of the receiver
	Sentence string     // the rule
}

// Violations is the set of rules that a header breaks: compare it with 0, or
// with the constants. To fail the connection [ProtocolError] is the fitting
// code for every one of them.
type Violations uint16

// The rules that [Judge] knows.
const (
	UndefinedRSV        Violations = 1 << iota // a reserved bit without an extension
	UnknownOpcode                              // a reserved opcode
	WrongMask                                  // unmasked to a server, masked to a client
	MisplacedRSV1                              // RSV1 where a message does not begin
	FragmentedControl                          // FIN=0 on a control frame
	LongControl                                // more than 125 bytes on a control frame
	LengthHighBit                              // a 64-bit length with the highest bit set
	LongLengthForm                             // a length in more bytes than needed
	StrayContinuation                          // a continuation outside a message
	InterleavedMessages                        // a new message inside another

	// allViolations is the set of all rules.
	allViolations Violations = 1<<iota - 1
)

var rules = [...]Violation{
	{UndefinedRSV, "frame/rsv", "5.2", Must,
		"a reserved bit is 0 unless an extension that defines it was negotiated; otherwise the receiver fails the connection"},
	{UnknownOpcode, "frame/opcode", "5.2", Must,
		"on an opcode that is not defined the receiver fails the connection"},
	{WrongMask, "frame/mask", "5.1", Must,
		"a client masks every frame and a server none; who receives it otherwise closes the connection"},
	{MisplacedRSV1, "frame/rsv1", "RFC 7692 section 6", Must,
		"only the first frame of a message may be marked as compressed; on a control frame or a later fragment the receiver fails the connection"},
	{FragmentedControl, "frame/control-fin", "5.5", May,
		"a control frame is not fragmented"},
	{LongControl, "frame/control-length", "5.5", May,
		"the payload of a control frame has at most 125 bytes"},
	{LengthHighBit, "frame/length-high-bit", "5.2", May,
		"the most significant bit of a 64-bit length is 0"},
	{LongLengthForm, "frame/length-form", "5.2", Lint,
		"a length is written in as few bytes as it needs"},
	{StrayContinuation, "frame/continuation", "5.4", May,
		"a continuation frame follows a first fragment whose message is not finished"},
	{InterleavedMessages, "frame/interleaved", "5.4", May,
		"the fragments of one message are not interleaved with another message"},
}

// All goes through the rules of the set in the order of the constants.
func (v Violations) All() iter.Seq[Violation] {
	return func(yield func(Violation) bool) {
		for v &= allViolations; v != 0; v &= v - 1 {
			if !yield(rules[bits.TrailingZeros16(uint16(v))]) {
				return
			}
		}
	}
}

// String gives the IDs of the set with commas between, or "none".
func (v Violations) String() string {
	var ids []string
	for r := range v.All() {
		ids = append(ids, r.ID)
	}
	if ids == nil {
		return "none"
	}
	return strings.Join(ids, ", ")
}
