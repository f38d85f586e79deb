package generate

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// wire is what a peer can send as raw bytes.
type wire struct {
	good   []string    // whole frames, several in one read
	bad    []string    // frames that break a rule, rsvFrames of them first
	bent   []string    // frames of every opcode, each bent in every way
	closes []string    // Closes with a reason or a code that no op sends, legal ones first
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
		bent:   bentFrames(masked),
		closes: closeFrames(f),
		halves: [][2]string{
			{ping[:1], ping[1:]}, {ping[:2], ping[2:]}, {ping[:len(ping)-1], ping[len(ping)-1:]},
			{pong[:1], pong[1:]}, {pong[:len(pong)-4], pong[len(pong)-4:]}, {long[:60], long[60:]},
		},
	}
}

// bends are the ways in which a header may break a rule, whatever the opcode.
var bends = [...]func(h *frame.Header){
	func(h *frame.Header) { h.RSV = frame.RSV1 },
	func(h *frame.Header) { h.RSV = frame.RSV2 },
	func(h *frame.Header) { h.RSV = frame.RSV3 },
	func(h *frame.Header) { h.RSV = frame.RSV1 | frame.RSV2 | frame.RSV3 },
	func(h *frame.Header) { h.Fin = false },
	func(h *frame.Header) { h.Masked = !h.Masked },
	func(h *frame.Header) { h.LengthForm = 16 },
	func(h *frame.Header) { h.LengthForm = 64 },
	func(h *frame.Header) { h.Length = 1 << 63 },
	func(h *frame.Header) { h.Length = 1<<64 - 1 },
	func(h *frame.Header) { h.Length = longBend },
}

// longBend is the length of a control frame that is too long.
const longBend = frame.MaxControl + 1

// bentFrames returns a frame of every opcode, bent in every way; and the reserved opcodes as
// they are. A frame that is longer than longBend is a header alone: so much never comes.
func bentFrames(masked bool) (all []string) {
	long := []byte(strings.Repeat("x", longBend))
	add := func(h frame.Header) {
		if h.Masked {
			h.Key = maskKey
		}
		payload := long[:0]
		if h.Length <= longBend {
			payload = long[:h.Length]
		}
		all = append(all, string(frame.Append(nil, h, payload)))
	}
	for op := range frame.Opcode(16) {
		plain := frame.Header{Fin: true, Opcode: op, Masked: masked, Length: 2}
		if op > frame.Binary && !op.Control() || op > frame.Pong {
			add(plain)
		}
		for _, bend := range bends {
			h := plain
			bend(&h)
			add(h)
		}
	}
	return all
}

// closeFrames are Closes of the peer. f makes a frame.
func closeFrames(f func(op frame.Opcode, data string) string) (all []string) {
	add := func(code frame.CloseCode, reason string) {
		all = append(all, f(frame.Close, string(frame.AppendClose(nil, code, ""))+reason))
	}
	for _, reason := range []string{"bye", "going away", "na\u00efve", "\U0001f3d3", strings.Repeat("x", frame.MaxControl-2), // legal
		"\xff", "\xc3", "\xed\xa0\x80", strings.Repeat("x", frame.MaxControl-3) + "\xc3", strings.Repeat("x", frame.MaxControl-1)} {
		add(frame.NormalClosure, reason)
	}
	for _, code := range []frame.CloseCode{0, 999, 1004, frame.NoStatus, 1006, 1015, 1016, 2999, 5000, 65535} {
		add(code, "bye")
	}
	return append(all, f(frame.Close, "\x03"))
}
