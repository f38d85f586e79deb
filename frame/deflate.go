package frame

import (
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
)

// ErrTooBig is wrapped by the error of [Inflater.Frame] when a message exceeds its limit: a
// decompression bomb, or just a large message. Close with [MessageTooBig] (RFC 6455 section
// 7.4.1).
var ErrTooBig = errors.New("message over the limit")

// flushed is how every flush of DEFLATE ends: an empty stored block without its
// header bits. A message leaves it out (RFC 7692 section 7.2.1).
const flushed = "\x00\x00\xff\xff"

// window is how far back DEFLATE refers (RFC 7692 section 7.1.2: 15 bits, unless a smaller window
// was negotiated).
const window = 32 << 10

// Deflater compresses the messages of one direction of a connection with
// permessage-deflate (RFC 7692 section 7.2.1). The zero Deflater is ready.
type Deflater struct {
	// Takeover lets a message refer to earlier ones. It must be false if
	// no_context_takeover was negotiated for this direction (RFC 7692 section
	// 7.1.1), and may be false in any case. It must not change.
	Takeover bool

	// WindowBits says how far back the receiver remembers: 1<<WindowBits bytes, from 8 to 15
	// (max_window_bits, RFC 7692 section 7.1.2). 0 means 15. It must not change.
	WindowBits int

	w    *flate.Writer
	out  bytes.Buffer
	held int  // bytes that what follows may refer to
	open bool // a message is not finished
	used bool // something was compressed since the last Reset, which costs more than a short trace
}

// Frame compresses p, the next fragment of a message, or all of it, and gives
// the frame that carries it: RSV1 and the opcode on the first, [Continuation]
// on the others, FIN if fin is set. It is unmasked; set Masked and Key before
// [Append]. The payload is valid until the next call.
//
// Every fragment is flushed, so that a receiver can inflate it as it comes, and
// control frames may go between any two (RFC 6455 section 5.4). To cut
// elsewhere, cut the payload: compressed bytes may be fragmented anywhere.
func (d *Deflater) Frame(op Opcode, p []byte, fin bool) Frame {
	h := Header{Fin: fin, Opcode: Continuation}
	d.out.Reset()
	if !d.open {
		h.RSV, h.Opcode = RSV1, op
		switch {
		case d.w == nil:
			// The level exists, so there is no error. Lower ones forget the window
			// when a message is short.
			d.w, _ = flate.NewWriter(&d.out, flate.DefaultCompression)
		case !d.Takeover:
			d.forget()
		}
	}
	d.open, d.used = !fin, true
	d.write(p)
	payload := d.out.Bytes()
	if fin {
		payload = bytes.TrimSuffix(payload, []byte(flushed))
	}
	h.Length = uint64(len(payload))
	return Frame{Header: h, Payload: payload}
}

// write compresses p. It forgets what came before whenever that fills a window that is smaller
// than the writer's own.
func (d *Deflater) write(p []byte) {
	if d.WindowBits != 0 && d.WindowBits < 15 {
		for n := 1<<d.WindowBits - d.held; len(p) > n; n = 1 << d.WindowBits {
			d.flush(p[:n])
			d.forget()
			p = p[n:]
		}
	}
	d.flush(p)
}

// flush compresses p and flushes it. Writing to a bytes.Buffer cannot fail.
func (d *Deflater) flush(p []byte) {
	d.w.Write(p)
	d.w.Flush()
	d.held += len(p)
}

// forget lets what follows refer to nothing.
func (d *Deflater) forget() {
	d.w.Reset(&d.out)
	d.held = 0
}

// Reset makes d ready for another connection, and keeps its memory. Takeover and WindowBits may
// change then.
func (d *Deflater) Reset() {
	if d.used {
		d.forget()
	}
	d.open, d.used = false, false
}

// Inflater puts the messages of one direction of a connection together, those
// that permessage-deflate compressed (RFC 7692 section 7.2.2) and the others.
// The zero Inflater is ready.
type Inflater struct {
	// Takeover lets a message refer to earlier compressed ones. It must be
	// true unless no_context_takeover was negotiated for this direction, and must
	// not change.
	Takeover bool

	// Limit is the most bytes that a message may have, inflated; 0 means
	// [DefaultLimit]. On the wire a compressed message may have eight times as
	// many and 1 KiB, which is enough for a flush after every byte.
	Limit int

	compressed bool   // the current message is compressed
	in         []byte // its payload so far
	src        bytes.Reader
	r          io.Reader // inflates src
	out        []byte    // the end of earlier messages with Takeover, then this one
}

// Frame takes the next frame of the connection. When that completes a message, ok
// is true; the message is valid until the next call. The first frame of a
// message alone decides whether it is compressed (RFC 7692 section 6), and
// control frames change nothing. Order is not judged: a text or binary frame
// begins a message in any case.
//
// The error wraps [ErrTooBig], or [flate.CorruptInputError] or
// [io.ErrUnexpectedEOF] when the message is not DEFLATE; nothing is
// right after it, and the connection has to fail. Two things are let pass that
// RFC 7692 sections 7.2.3.4 and 7.2.3.6 write with a zero byte: an empty message,
// and one that ends in a final block.
func (z *Inflater) Frame(f *Frame) (message []byte, ok bool, err error) {
	if f.Opcode.Control() {
		return nil, false, nil
	}
	if f.Opcode != Continuation && f.Offset == 0 {
		z.in, z.compressed = z.in[:0], f.RSV&RSV1 != 0
	}
	limit := z.Limit
	if limit <= 0 {
		limit = DefaultLimit
	}
	most := limit
	if z.compressed {
		most = 8*limit + 1024
	}
	if len(f.Payload) > most-len(z.in) {
		return nil, false, fmt.Errorf("%w of %d bytes before inflating", ErrTooBig, limit)
	}
	z.in = append(z.in, f.Payload...)
	if !f.Fin || !f.Last() {
		return nil, false, nil
	}
	message = z.in
	if z.compressed {
		message, err = z.inflate(limit)
	}
	z.in, z.compressed = z.in[:0], false
	return message, err == nil, err
}

// Reset makes z ready for another connection, and keeps its memory. Takeover may change then.
func (z *Inflater) Reset() {
	z.in, z.out, z.compressed = z.in[:0], z.out[:0], false
}

// inflate gives the message that z.in holds compressed.
func (z *Inflater) inflate(limit int) ([]byte, error) {
	// What the sender left out, and a final block, so that the end is an EOF.
	const end = flushed + "\x01" + flushed
	z.in = append(z.in, end...)
	z.src.Reset(z.in)

	start := 0
	if z.Takeover {
		start = copy(z.out, z.out[max(0, len(z.out)-window):])
	}
	z.out = z.out[:start]
	most := start + limit + 1 // one more than allowed, to see it

	// A message may have final blocks of its own (RFC 7692 section 7.2.3.4), after
	// each of which the reader has to begin again.
	for z.src.Len() > len(end) {
		history := z.out[max(0, len(z.out)-window):]
		if z.r == nil {
			z.r = flate.NewReaderDict(&z.src, history)
		} else {
			z.r.(flate.Resetter).Reset(&z.src, history) // never fails
		}
		for {
			z.out = grow(z.out, min(len(z.out)+512, most), most)
			n, err := z.r.Read(z.out[len(z.out):min(cap(z.out), most)])
			z.out = z.out[:len(z.out)+n]
			if len(z.out) == most {
				return nil, fmt.Errorf("%w of %d bytes", ErrTooBig, limit)
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				return nil, fmt.Errorf("inflate: %w", err)
			}
		}
	}
	return z.out[start:], nil
}

// grow gives buf room for need bytes in all, and if it has to move it, for
// twice the room it had, but no more than most.
func grow(buf []byte, need, most int) []byte {
	if need <= cap(buf) {
		return buf
	}
	return append(make([]byte, 0, max(need, min(2*cap(buf), most))), buf...)
}
