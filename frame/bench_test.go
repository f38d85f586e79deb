package frame

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
)

// BenchmarkDecodeStream reads 10,000 small frames, pings, pongs, texts and
// fragments, from one chunk.
func BenchmarkDecodeStream(b *testing.B) {
	for _, masked := range []bool{true, false} {
		r := rand.New(rand.NewPCG(6455, 1566))
		text := bytes.Repeat([]byte("text "), 400)
		var stream []byte
		for i := range 10_000 {
			h := Header{Fin: true, Opcode: []Opcode{Ping, Pong, Text, Text, Continuation}[i%5], Masked: masked}
			h.Length = uint64(r.IntN(MaxControl + 1))
			if !h.Opcode.Control() {
				h.Fin, h.Length = i%5 != 3, uint64(10+r.IntN(1991))
			}
			if masked {
				h.Key = [4]byte{byte(i), byte(i >> 8), 3, 4}
			}
			stream = Append(stream, h, text[:h.Length])
		}
		b.Run(fmt.Sprintf("masked=%v", masked), func(b *testing.B) {
			var d Decoder
			b.SetBytes(int64(len(stream)))
			b.ReportAllocs()
			for b.Loop() {
				for p := stream; len(p) > 0; {
					_, n := d.Next(p)
					p = p[n:]
				}
			}
		})
	}
}

// BenchmarkPing125 decodes, judges or encodes one ping of 125 bytes.
func BenchmarkPing125(b *testing.B) {
	payload := bytes.Repeat([]byte("ping "), 25)
	key := [4]byte{0x0d, 0x90, 0x0f, 0x01}
	for _, masked := range []bool{true, false} {
		wire := AppendFrame(nil, Ping, payload, masked, key)
		b.Run(fmt.Sprintf("do=decode/masked=%v", masked), func(b *testing.B) {
			var d Decoder
			b.ReportAllocs()
			for b.Loop() {
				d.Next(wire)
			}
		})
		b.Run(fmt.Sprintf("do=encode/masked=%v", masked), func(b *testing.B) {
			dst := make([]byte, 0, 256)
			b.ReportAllocs()
			for b.Loop() {
				dst = AppendFrame(dst[:0], Ping, payload, masked, key)
			}
		})
	}
	h, _ := ParseHeader(AppendFrame(nil, Ping, payload, true, key))
	b.Run("do=judge/masked=true", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			Judge(h, State{})
		}
	})
}
