package frame

import (
	"encoding/binary"
	"slices"
)

// Append appends a frame to dst: the header h, then the payload, masked with
// h.Key when h.Masked (RFC 6455 sections 5.2 and 5.3). It builds what it is
// told to, legal or not, and allocates only when dst has no room.
//
// h.Length is the length that the header declares, whatever payload is:
// a frame is whole only if it is len(payload). A LengthForm that is 0 or
// cannot hold h.Length becomes the shortest that can. RSV and Opcode count
// with their low three and four bits. The payload must not lie in the spare
// room of dst, and is never changed: what is masked is the copy.
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

// AppendFrame appends a whole frame in legal form: FIN set, no reserved bit,
// the length of the payload in the shortest form. With a control opcode it
// is the caller who keeps payload within [MaxControl] bytes.
func AppendFrame(dst []byte, op Opcode, payload []byte, masked bool, key [4]byte) []byte {
	h := Header{Fin: true, Opcode: op, Masked: masked, Key: key, Length: uint64(len(payload))}
	return Append(dst, h, payload)
}
