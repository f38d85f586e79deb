package sweep

import (
	"fmt"
	"math"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// Frame is one frame of the peer's: a header, and the place of the conversation in which
// the subject gets it.
type Frame struct {
	Place  Place
	Role   model.Role // of the subject
	Wrong  bool       // masked towards a client, or not masked towards a server
	NoFin  bool
	RSV    uint8
	Opcode frame.Opcode
	Length Length
}

// Length is a length as a header writes it.
type Length struct {
	Form  uint8 // 7, 16 or 64 bits
	Bytes uint64
}

// lengths are the boundaries of each form: of control frames, of the next form, of signed
// and unsigned integers, and of a sum with the size of a header.
var lengths = [...]Length{
	{7, 0}, {7, 1}, {7, frame.MaxControl},
	{16, 0}, {16, frame.MaxControl}, {16, 126}, {16, math.MaxUint16},
	{64, 0}, {64, frame.MaxControl}, {64, 126}, {64, math.MaxUint16}, {64, 1 << 16},
	{64, math.MaxInt32}, {64, 1 << 31}, {64, math.MaxUint32}, {64, 1 << 32},
	{64, math.MaxInt64}, {64, 1 << 63}, {64, 1<<63 + 1}, {64, math.MaxUint64 - 13}, {64, math.MaxUint64},
}

// String writes a length beyond what any frame carries as a power of two.
func (l Length) String() string {
	if l.Bytes <= 1<<16 {
		return fmt.Sprint(l.Bytes)
	}
	for bit := 31; bit < 64; bit++ {
		switch l.Bytes - 1<<bit {
		case 0:
			return fmt.Sprintf("2^%d", bit)
		case 1:
			return fmt.Sprintf("2^%d+1", bit)
		case math.MaxUint64:
			return fmt.Sprintf("2^%d-1", bit)
		}
	}
	return fmt.Sprintf("2^64-%d", -l.Bytes)
}

// maskKey is that of the examples in RFC 6455 section 5.7.
var maskKey = [4]byte{0x37, 0xfa, 0x21, 0x3d}

// whole is the longest payload that comes whole. Of a longer one only the first bytes
// come: the header alone decides.
const whole, begun = 126, 4

// appendFrame appends the bytes of the frame.
func (f *Frame) appendFrame(b []byte) []byte {
	h := frame.Header{Fin: !f.NoFin, RSV: f.RSV, Opcode: f.Opcode, Masked: f.Wrong != (f.Role == model.Server),
		LengthForm: f.Length.Form, Length: f.Length.Bytes}
	if h.Masked {
		h.Key = maskKey
	}
	n := begun
	if h.Length <= whole {
		n = int(h.Length)
	}
	return frame.Append(b, h, []byte(f.payload(n)))
}

// payload returns n bytes that suit the opcode, so that the header alone is odd.
func (f *Frame) payload(n int) string {
	switch {
	case f.Opcode == frame.Close && n >= 2:
		return "\x03\xe8" + strings.Repeat("a", n-2) // 1000
	case f.compressed() && n >= 6: // a stored block (RFC 1951 section 3.2.4), and what a flush leaves
		size := byte(n - 6)
		return "\x00" + string([]byte{size, 0, ^size, 0xff}) + strings.Repeat("a", n-6) + "\x00"
	case f.compressed():
		return strings.Repeat("\x00", n)
	}
	return strings.Repeat("a", n)
}

// compressed reports whether the payload is part of a compressed message.
func (f *Frame) compressed() bool {
	switch f.Opcode {
	case frame.Text, frame.Binary:
		return f.Place.config().Deflate != model.NoDeflate && f.RSV&frame.RSV1 != 0
	case frame.Continuation:
		return f.Place == InCompressed
	}
	return false
}

// String describes the frame in words.
func (f *Frame) String() string {
	s := fmt.Sprintf("%s, length %s in %d bits", f.Opcode, f.Length, f.Length.Form)
	if f.NoFin {
		s += ", FIN=0"
	}
	if f.RSV != 0 {
		s += fmt.Sprintf(", RSV=%d", f.RSV)
	}
	if f.Wrong {
		s += ", mask wrong"
	}
	return fmt.Sprintf("%s, to a %s, %s", s, f.Role, f.Place)
}
