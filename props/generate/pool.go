package generate

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// special are payloads that broke trackers and responders: the empty
// one, NULs at the end and in the middle, bytes that are not UTF-8, names that
// objects inherit, prefixes of each other, blanks that get trimmed, a decimal
// counter, and the longest legal ones with one byte too many.
var special = []string{
	"", "a", "ab", "abc", "b", "\x00", "\x00\x00", "\xff", "a\x00b", "\xc3\x28", "é",
	" a ", "a\n", "1", "2", "10", "__proto__", "constructor", "toString", "Hi!", "ping", "\x01", "\x02", "\x80",
	"\x0d\x90\x0f\x00", "\x0d\x90\x0f", "\xb8\x03\x0b\xea",
	strings.Repeat("x", 124), strings.Repeat("x", 125), strings.Repeat("y", 125), strings.Repeat("x", 126),
}

// fresh is how many random-looking payloads of four bytes are added to them, as
// libraries choose them; every fourth ends in a NUL, as every 256th would.
const fresh = 34

// pool are all payloads of generated traces. They are made once: generation
// only refers to them.
var pool = makePool()

func makePool() []string {
	all := append([]string(nil), special...)
	r := rng.NewStream(6455, 0)
	for i := range fresh {
		v := r.Next()
		b := []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)}
		if i%4 == 0 {
			b[3] = 0
		}
		all = append(all, string(b))
	}
	return all
}

// words are payloads of text messages, tails are what a sloppy peer adds.
var (
	words = []string{"a", "Hello", "", "he", "llo", strings.Repeat("text ", 40)}
	tails = []string{"\x00", "\x00\x00", "a", "\n", "\xff"}
)

// wire is what a peer can send as raw bytes.
type wire struct {
	good   []string    // whole frames, several in one read
	bad    []string    // frames that break a rule, rsvFrames of them first
	halves [][2]string // frames that come in two reads
}

// rsvFrames is how many bad frames have reserved bits set.
const rsvFrames = 3

// wires is the wire towards each role: what goes to a server is masked.
var wires = [2]wire{model.Server: makeWire(true), model.Client: makeWire(false)}

// maskKey is the masking key of every frame of the peer (RFC 6455 section 5.7
// has it in its examples).
var maskKey = [4]byte{0x37, 0xfa, 0x21, 0x3d}

// PeerFrames returns the raw bytes that the peer of a subject in this role may send,
// frames that break a rule first.
func PeerFrames(role model.Role) []string {
	w := &wires[role]
	return slices.Concat(w.bad, w.good)
}

func makeWire(masked bool) wire {
	f := func(op frame.Opcode, data string) string {
		return string(frame.AppendFrame(nil, op, []byte(data), masked, maskKey))
	}
	odd := func(data string, change func(h *frame.Header)) string {
		h := frame.Header{Fin: true, Opcode: frame.Ping, Masked: masked, Length: uint64(len(data))}
		if change(&h); h.Masked {
			h.Key = maskKey
		}
		return string(frame.Append(nil, h, []byte(data)))
	}
	ping, pong, long := f(frame.Ping, "a"), f(frame.Pong, "0123456789"), f(frame.Ping, strings.Repeat("x", 125))
	return wire{
		good: []string{
			ping, ping + f(frame.Ping, "b"), ping + ping, f(frame.Pong, "a") + ping, f(frame.Ping, "") + f(frame.Pong, ""),
			f(frame.Text, "a") + ping, f(frame.Ping, "\x00") + f(frame.Ping, "\x00\x00") + f(frame.Ping, "\xff"),
		},
		bad: []string{
			odd("a", func(h *frame.Header) { h.RSV = frame.RSV2 }),
			odd("a", func(h *frame.Header) { h.RSV = frame.RSV1 }),
			odd("a", func(h *frame.Header) { h.Fin, h.RSV = false, frame.RSV1 }),
			odd("a", func(h *frame.Header) { h.Fin = false }),
			odd("a", func(h *frame.Header) { h.Opcode = 11 }),
			odd("a", func(h *frame.Header) { h.Opcode = 3 }),
			odd("a", func(h *frame.Header) { h.Masked = !masked }),
			odd("a", func(h *frame.Header) { h.LengthForm = 16 }),
			odd("a", func(h *frame.Header) { h.LengthForm = 64 }),
			odd(strings.Repeat("x", 126), func(h *frame.Header) {}),
			odd(strings.Repeat("x", 126), func(h *frame.Header) { h.Opcode = frame.Pong }),
			odd("", func(h *frame.Header) { h.Length = 1 << 63 }),
			odd("a", func(h *frame.Header) { h.Opcode = frame.Close }),
			f(frame.Close, string(frame.AppendClose(nil, frame.NoStatus, ""))),
			f(frame.Continuation, "a"),
			odd("a", func(h *frame.Header) { h.Opcode, h.Masked = 11, !masked }),
			odd("a", func(h *frame.Header) { h.Opcode, h.RSV = 11, frame.RSV1 }),
		},
		halves: [][2]string{
			{ping[:1], ping[1:]}, {ping[:2], ping[2:]}, {ping[:len(ping)-1], ping[len(ping)-1:]},
			{pong[:1], pong[1:]}, {pong[:len(pong)-4], pong[len(pong)-4:]}, {long[:60], long[60:]},
		},
	}
}
