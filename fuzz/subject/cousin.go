package subject

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// cousin is the [harness.Wire] of a protocol that tracks pings as WebSocket does, but with
// payloads of a fixed size. Pings and Pongs of a trace are its pings and answers. A trace has no
// words for the rest of the protocol.
type cousin struct {
	opaque
	hello []byte // what the peer sends first
	skip  int    // bytes that the library writes before its first frame

	head int                                                  // the size of a frame's header
	body func(head []byte) int                                // the size of what follows it
	ping func(whole []byte) (payload []byte, answer, ok bool) // what a frame is
	make func(b, payload []byte, answer bool) []byte          // appends a frame

	buf []byte // the beginning of a frame
	f   model.Frame
}

func (c *cousin) Hello() []byte { return c.hello }

func (c *cousin) Append(b []byte, ev *model.Event) ([]byte, bool) {
	payload, ok := c.packPayload(ev.Data)
	if !ok || ev.Kind != model.Pong && ev.Kind != model.RecvPing {
		return b, false
	}
	return c.make(b, payload, ev.Kind == model.Pong), true
}

func (c *cousin) Next(b []byte) (*model.Frame, int, bool) {
	if c.skip > 0 {
		n := min(c.skip, len(b))
		c.skip -= n
		return nil, n, c.skip == 0
	}
	need := c.head
	if len(c.buf) >= c.head {
		need += c.body(c.buf)
	}
	n := min(need-len(c.buf), len(b))
	c.buf = append(c.buf, b[:n]...)
	if len(c.buf) < c.head || len(c.buf) < c.head+c.body(c.buf) {
		return nil, n, false
	}
	payload, answer, ok := c.ping(c.buf)
	c.buf = c.buf[:0]
	if !ok {
		return nil, n, true
	}
	c.f = model.Frame{Opcode: frame.Pong, Data: c.unpackPayload(payload)}
	if !answer {
		c.f = model.Frame{Opcode: frame.Ping, Data: c.nameChosen(payload)}
	}
	return &c.f, n, true
}

// opaque maps payloads of a trace to payloads of a fixed size, one to one. A payload that the
// library chose, perhaps at random, is named by its order. A shorter payload is filled up.
type opaque struct {
	size   int
	chosen [][]byte
}

// The first byte tells the kinds of payloads apart. For a short one it also has the length.
const shortPayload, namedPayload = 0xe0, 0xf0

// nameChosen returns the name of a payload that the library chose.
func (o *opaque) nameChosen(payload []byte) string {
	i := o.chosenIndex(payload)
	if i < 0 {
		i = len(o.chosen)
		o.chosen = append(o.chosen, slices.Clone(payload))
	}
	return o.chosenName(i)
}

func (o *opaque) chosenIndex(payload []byte) int {
	return slices.IndexFunc(o.chosen, func(p []byte) bool { return bytes.Equal(p, payload) })
}

func (o *opaque) chosenName(i int) string {
	b := make([]byte, o.size)
	b[0] = namedPayload
	binary.BigEndian.PutUint16(b[o.size-2:], uint16(i+1))
	return string(b)
}

// packPayload returns the payload on the wire. It returns false if data is too long, or would be
// taken for another payload.
func (o *opaque) packPayload(data string) ([]byte, bool) {
	for i, p := range o.chosen {
		if data == o.chosenName(i) {
			return p, true
		}
	}
	b := make([]byte, o.size)
	if n := copy(b, data); n < len(data) || n == o.size && b[0] >= shortPayload {
		return nil, false
	}
	if n := len(data); n < o.size {
		b[0] = shortPayload + byte(n)
		copy(b[1:], data)
	}
	return b, o.chosenIndex(b) < 0
}

func (o *opaque) unpackPayload(payload []byte) string {
	if i := o.chosenIndex(payload); i >= 0 {
		return o.chosenName(i)
	}
	if n := int(payload[0]) - shortPayload; n >= 0 && n < o.size && strings.Trim(string(payload[1+n:]), "\x00") == "" {
		return string(payload[1 : 1+n])
	}
	return string(payload)
}
