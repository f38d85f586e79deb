package subject

import (
	"io"

	gobwas "github.com/gobwas/ws"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz"
)

// decoders are the libraries whose frames can be read without a connection.
var decoders = []struct {
	name   string
	decode fuzz.Decode
}{
	{"gobwas", gobwasFrames},
}

// longestFrame is the longest frame that a decoder makes room for: a header can declare any
// length.
const longestFrame = 1 << 20

// gobwasFrames reads as the library's documentation does: the header, the payload, then it takes
// the mask off.
func gobwasFrames(_ frame.Role, r io.Reader, yield func(frame.Frame)) error {
	for {
		h, err := gobwas.ReadHeader(r)
		if err != nil {
			return err
		}
		if h.Length > longestFrame {
			return io.ErrShortBuffer
		}
		p := make([]byte, h.Length)
		if _, err := io.ReadFull(r, p); err != nil {
			return err
		}
		if h.Masked {
			gobwas.Cipher(p, h.Mask, 0)
		}
		yield(frame.Frame{Header: frame.Header{Fin: h.Fin, RSV: h.Rsv, Opcode: frame.Opcode(h.OpCode), Masked: h.Masked, Length: uint64(h.Length)}, Payload: p})
	}
}
