package frame

import (
	"encoding/binary"
	"slices"
)

// Append appends a frame to dst: the header h, then the payload. If h.Masked is set it masks the
// payload with h.Key (RFC 6455 sections 5.2 and 5.3). It builds any frame, legal or not, and
// allocates only if dst has no room.
//
// h.Length is the length that the header declares; the frame is whole only if payload has that
// length. If LengthForm is 0 or cannot hold h.Length, Append uses the shortest form that can. Only
// the low three bits of RSV and the low four of Opcode count. The payload must not lie in the
// spare room of dst. Append masks the copy and never changes payload.
func Append(dst []byte, h Header, payload []byte) []byte {
	n := len(dst)
	dst = slices.Grow(dst, MaxHeader+len(payload))[:n+MaxHeader+len(payload)]
	b := dst[n:]

	b[0] = h.RSV&7<<4 | uint8(h.Opcode)&0xF
	if h.Fin {
		b[0] |= 0x80
	}
	size := 2
	switch max(h.LengthForm, shortestForm(h.Length)) {
	case 7:
		b[1] = uint8(h.Length)
	case 16:
		b[1] = 126
		binary.BigEndian.PutUint16(b[2:], uint16(h.Length))
		size = 4
	default:
		b[1] = 127
		binary.BigEndian.PutUint64(b[2:], h.Length)
		size = 10
	}
	if h.Masked {
		b[1] |= 0x80
		copy(b[size:], h.Key[:])
		size += 4
		xor(b[size:], payload, h.Key)
	} else {
		copy(b[size:], payload)
	}
	return dst[:n+size+len(payload)]
}

// AppendFrame appends a whole frame in legal form: FIN set, no reserved bit, the length in the
// shortest form. With a control opcode, the caller must keep payload within [MaxControl] bytes.
func AppendFrame(dst []byte, op Opcode, payload []byte, masked bool, key [4]byte) []byte {
	h := Header{Fin: true, Opcode: op, Masked: masked, Key: key, Length: uint64(len(payload))}
	return Append(dst, h, payload)
}
