package frame

// DefaultLimit is the limit of a [Decoder] that sets none, and of an
// [Inflater]: 1 MiB.
const DefaultLimit = 1 << 20

// Decoder cuts a stream of bytes into frames. It never judges, so that a bad frame can be let
// through: use [Judge] for that. It never fails: every stream is a sequence of frames, and the
// last one may be unfinished. However the stream arrives in pieces, its frames are the same. The
// zero Decoder is ready.
//
// A length that a peer declares allocates nothing. A Decoder holds at most the smaller of its
// Limit and twice the payload bytes that arrived.
type Decoder struct {
	// Limit is the most payload that one [Frame] carries; 0 means [DefaultLimit]. A longer frame
	// comes in pieces of Limit bytes, the last one shorter, each with the header and its offset.
	// Limit must not change within a frame.
	Limit int

	head     [MaxHeader]byte // the beginning of the current header
	headSize int             // how much of the header arrived
	known    bool            // the whole header arrived: frame has it
	frame    Frame           // the current frame, or the one just delivered
	done     uint64          // payload of the frame already delivered in pieces
	buf      []byte          // payload that arrived since then, unmasked
}

// Next reads from b, the bytes of the stream that follow those read before,
// until a frame or a piece of one is complete, and says how many bytes that
// took. The frame is nil when all of b was read and more is needed. So:
//
//	for len(b) > 0 {
//		f, n := d.Next(b)
//		b = b[n:]
//		if f != nil {
//			// use *f
//		}
//	}
//
// b is only read, never changed. The frame and its payload are valid until the
// next call: the payload is a part of b when it came unmasked and in one chunk,
// else it lies in a buffer that the decoder uses again.
func (d *Decoder) Next(b []byte) (f *Frame, n int) {
	if !d.known {
		if n = d.readHeader(b); !d.known {
			return nil, len(b)
		}
	}
	f = &d.frame
	size := d.pieceSize()
	end := n + size - len(d.buf)
	if end > len(b) {
		d.keep(b[n:], size)
		return nil, len(b)
	}
	f.Offset, f.Payload = d.done, b[n:end:end]
	if f.Masked || len(d.buf) > 0 {
		d.keep(f.Payload, size)
		f.Payload, d.buf = d.buf, d.buf[:0]
	}
	d.done += uint64(size)
	if d.done == f.Length {
		d.known, d.headSize, d.done = false, 0, 0
	}
	return f, end
}

// readHeader reads what b has of the header and says how many bytes that was.
func (d *Decoder) readHeader(b []byte) int {
	had := d.headSize
	if had == 0 {
		d.headSize = d.frame.parse(b)
	}
	if d.headSize == had {
		arrived := had + copy(d.head[had:], b)
		if d.headSize = d.frame.parse(d.head[:arrived]); d.headSize == 0 {
			d.headSize = arrived
			return arrived - had
		}
	}
	d.known = true
	return d.headSize - had
}

// pieceSize is how much payload the next frame to be delivered carries.
func (d *Decoder) pieceSize() int {
	limit := d.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	return int(min(d.frame.Length-d.done, uint64(limit)))
}

// keep appends p to the buffer, unmasked. The buffer holds no more than size
// bytes in the end, and grows only as they come.
func (d *Decoder) keep(p []byte, size int) {
	old := len(d.buf)
	d.buf = grow(d.buf, old+len(p), size)[:old+len(p)]
	if d.frame.Masked {
		xor(d.buf[old:], p, rotate(d.frame.Key, d.done+uint64(old)))
	} else {
		copy(d.buf[old:], p)
	}
}

// Pending returns how many bytes of an incomplete frame were read, with its header and the pieces
// already delivered. 0 means that the stream could end here.
func (d *Decoder) Pending() uint64 {
	return uint64(d.headSize) + d.done + uint64(len(d.buf))
}

// Partial returns what has arrived of a frame that is not complete. Fin, RSV and
// Opcode are set from the first byte on. LengthForm is 0 until the header is
// complete. The payload is what arrived after the last piece that Next delivered,
// and is valid until the next call of [Decoder.Next]. Without a pending byte the
// frame is zero.
func (d *Decoder) Partial() (f Frame) {
	switch {
	case d.known:
		return Frame{Header: d.frame.Header, Offset: d.done, Payload: d.buf}
	case d.headSize > 0:
		f.parse([]byte{d.head[0], 0})
		f.LengthForm = 0
	}
	return f
}

// Reset forgets the incomplete frame, for a new stream. It keeps Limit and the buffer.
func (d *Decoder) Reset() {
	*d = Decoder{Limit: d.Limit, buf: d.buf[:0]}
}
