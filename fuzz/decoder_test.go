package fuzz

import (
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
)

// bug is a small mistake of readFrames.
type bug string

// readFrames is a decoder as anybody would write it.
func (b bug) readFrames(role frame.Role, r io.Reader, yield func(frame.Frame)) error {
	for {
		var head [10]byte
		if _, err := io.ReadFull(r, head[:2]); err != nil {
			return err
		}
		f := frame.Frame{Header: frame.Header{Fin: head[0]&0x80 != 0, RSV: head[0] >> 4 & 7, Opcode: frame.Opcode(head[0] & 15),
			Masked: head[1]&0x80 != 0, Length: uint64(head[1] & 0x7f)}}
		if f.Opcode.Reserved() && b != "panics" {
			return errors.New("reserved opcode")
		}
		size := map[uint64]int{126: 2, 127: 8}[f.Length]
		if b == "short form only" {
			size = 0
		}
		if size > 0 {
			if _, err := io.ReadFull(r, head[10-size:]); err != nil {
				return err
			}
			f.Length = binary.BigEndian.Uint64(append(make([]byte, 8-size), head[10-size:]...))
		}
		if f.Masked {
			if _, err := io.ReadFull(r, f.Key[:]); err != nil {
				return err
			}
		}
		if b == "refuses empty pings" && f.Opcode == frame.Ping && f.Length == 0 {
			return errors.New("empty ping")
		}
		if f.Length > 1<<20 {
			return errors.New("too long")
		}
		f.Payload = make([]byte, f.Length)
		n, err := b.fill(r, f.Payload)
		if err != nil && b != "partial as whole" {
			return err
		}
		for i := range f.Payload {
			if b == "mask restarts" && i > 3 {
				break
			}
			f.Payload[i] ^= f.Key[i&3]
		}
		switch {
		case b == "trailing zeros":
			f.Payload = []byte(strings.TrimRight(string(f.Payload), "\x00"))
		case b == "fin is forgotten":
			f.Fin = true
		case b == "panics":
			_ = [11]int{}[f.Opcode]
		case b == "partial as whole":
			f.Payload = f.Payload[:n]
		}
		yield(f)
		if err != nil {
			return err
		}
	}
}

func (b bug) fill(r io.Reader, p []byte) (int, error) {
	if b == "one read is all" && len(p) > 0 {
		return r.Read(p)
	}
	return io.ReadFull(r, p)
}

// tried is what misread says of the seeds and of n random changes of each, the first
// time that it says something.
func tried(decode Decode, n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	for _, s := range Streams() {
		if why := findMisreading(decode, s); why != "" {
			return why
		}
		for range n {
			c := append([]byte(nil), s[:min(len(s), 100+r.IntN(300))]...)
			for range 1 + r.IntN(3) {
				c[r.IntN(len(c))] = byte(r.Uint32())
			}
			if why := findMisreading(decode, c); why != "" {
				return why
			}
		}
	}
	return ""
}

func TestDecoderFindsWhatIsMisread(t *testing.T) {
	for _, c := range []struct {
		bug  bug
		want string
	}{
		{"", ""},
		{"short form only", "a frame came out otherwise than it went in"},
		{"refuses empty pings", "a legal frame was refused"},
		{"mask restarts", "a frame came out otherwise than it went in"},
		{"trailing zeros", "a frame came out otherwise than it went in"},
		{"fin is forgotten", "a frame came out otherwise than it went in"},
		{"panics", "the decoder panicked"},
		{"partial as whole", "a frame came out that is not whole"},
		{"one read is all", "a frame came out that is not whole"},
	} {
		if got := firstLine(tried(c.bug.readFrames, 300)); got != c.want {
			t.Errorf("%s: %q, want %q", c.bug, got, c.want)
		}
	}
}

func TestWhatNobodyMayRefuse(t *testing.T) {
	text := func(fin bool, op frame.Opcode, s string) []byte {
		return frame.Append(nil, frame.Header{Fin: fin, Opcode: op, Length: uint64(len(s))}, []byte(s))
	}
	cat := func(parts ...[]byte) (all []byte) {
		for _, p := range parts {
			all = append(all, p...)
		}
		return all
	}
	for name, c := range map[string]struct {
		stream []byte
		want   int
	}{
		"a ping in a text":          {cat(text(false, frame.Text, "\xc3"), text(true, frame.Ping, ""), text(true, frame.Continuation, "\xa9")), 3},
		"no UTF-8":                  {cat(text(true, frame.Ping, ""), text(true, frame.Text, "\xff"), text(true, frame.Ping, "")), 1},
		"an unfinished message":     {cat(text(true, frame.Ping, ""), text(false, frame.Text, "a"), text(true, frame.Ping, "")), 1},
		"nothing counts after it":   {cat(text(true, frame.Close, "\x03\xe8"), text(true, frame.Ping, "")), 1},
		"a code that is never sent": {text(true, frame.Close, "\x03\xed"), 0},
		"a stray continuation":      {cat(text(true, frame.Binary, "\xff"), text(true, frame.Continuation, "")), 1},
		"masked to a client":        {frame.AppendFrame(nil, frame.Ping, nil, true, [4]byte{1}), 0},
	} {
		if _, n := parseStream(frame.Client, c.stream); n != c.want {
			t.Errorf("%s: %d frames, want %d", name, n, c.want)
		}
	}
}

func FuzzDecoder(f *testing.F) { Decoder(f, bug("").readFrames) }
