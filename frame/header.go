package frame

import "encoding/binary"

// MaxHeader is the size in bytes of the longest frame header: two bytes, a
// 64-bit length and a masking key (RFC 6455 section 5.2).
const MaxHeader = 14

// MaxControl is the largest payload of a control frame (RFC 6455 section 5.5).
const MaxControl = 125

// The three reserved bits as they stand in [Header.RSV].
const (
	RSV1 uint8 = 4 // the "Per-Message Compressed" bit of RFC 7692 section 6
	RSV2 uint8 = 2
	RSV3 uint8 = 1
)

// Opcode is the four bits that say how a payload is to be read (RFC 6455
// sections 5.2 and 11.8).
type Opcode uint8

// The opcodes that RFC 6455 defines. All others are reserved.
const (
	Continuation Opcode = 0x0
	Text         Opcode = 0x1
	Binary       Opcode = 0x2
	Close        Opcode = 0x8
	Ping         Opcode = 0x9
	Pong         Opcode = 0xA
)

// Control reports whether o is a control opcode, defined or not: the ones with
// the most significant of the four bits set (RFC 6455 section 5.5).
func (o Opcode) Control() bool { return o&0x8 != 0 }

// Reserved reports whether RFC 6455 leaves o undefined: 3 to 7 for further
// data frames, 11 to 15 for further control frames (section 5.2).
func (o Opcode) Reserved() bool { return o > Pong || o > Binary && o < Close }

var opcodeNames = [16]string{
	"cont", "text", "binary", "op3", "op4", "op5", "op6", "op7",
	"close", "ping", "pong", "op11", "op12", "op13", "op14", "op15",
}

// String returns text, binary, cont, ping, pong or close, and op3, op11 and so on for a reserved
// opcode. Only the low four bits count.
func (o Opcode) String() string { return opcodeNames[o&0xF] }

// Header is a frame header as it stands on the wire, legal or not (RFC 6455
// section 5.2). Two headers are equal exactly when their bytes are.
type Header struct {
	Fin    bool    // the last fragment of its message
	RSV    uint8   // the reserved bits: RSV1, RSV2, RSV3
	Opcode Opcode  // 0 to 15
	Masked bool    // the payload is masked with Key
	Key    [4]byte // zero when not Masked

	// LengthForm is how the length is written: 7, 16 or 64 bits. The shortest
	// that fits is the only legal one. For [Append] 0 asks for the shortest.
	LengthForm uint8

	// Length is the declared length of the payload in bytes. Nothing says that
	// as many bytes follow, nor that its highest bit is clear.
	Length uint64
}

// Frame is a frame, or with [Decoder.Limit] one piece of a large one.
type Frame struct {
	Header

	// Offset is where in the frame's payload Payload begins: 0 but for the
	// second and later pieces of a frame over the limit.
	Offset uint64

	// Payload is unmasked.
	Payload []byte
}

// Last reports whether f ends its frame. It is false only for the earlier pieces of a frame that
// is longer than the decoder's limit.
func (f *Frame) Last() bool { return f.Offset+uint64(len(f.Payload)) == f.Length }

// shortestForm is the only length form that RFC 6455 section 5.2 allows for a
// length: "the minimal number of bytes MUST be used".
func shortestForm(length uint64) uint8 {
	switch {
	case length <= 125:
		return 7
	case length <= 0xFFFF:
		return 16
	}
	return 64
}

// ParseHeader reads the header at the start of b and its size in bytes, 2 to
// [MaxHeader]. A size of 0 says that b ends before the header does. Every
// sequence of bytes is a header: nothing is judged here (see [Judge]).
func ParseHeader(b []byte) (h Header, size int) {
	size = h.parse(b)
	return h, size
}

// parse is ParseHeader in place. It leaves h alone when it returns 0.
func (h *Header) parse(b []byte) (size int) {
	if len(b) < 2 {
		return 0
	}
	size = 2
	form, length := uint8(7), uint64(b[1]&0x7F)
	switch length {
	case 126:
		if len(b) < 4 {
			return 0
		}
		form, length, size = 16, uint64(binary.BigEndian.Uint16(b[2:])), 4
	case 127:
		if len(b) < 10 {
			return 0
		}
		form, length, size = 64, binary.BigEndian.Uint64(b[2:]), 10
	}
	var key [4]byte
	masked := b[1]&0x80 != 0
	if masked {
		if len(b) < size+4 {
			return 0
		}
		key = [4]byte(b[size:])
		size += 4
	}
	h.Fin, h.RSV, h.Opcode = b[0]&0x80 != 0, b[0]>>4&7, Opcode(b[0]&0xF)
	h.Masked, h.Key = masked, key
	h.LengthForm, h.Length = form, length
	return size
}
