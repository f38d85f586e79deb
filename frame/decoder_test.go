package frame

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// cut gives the sizes in which a stream arrives.
type cut func(left int) int

func whole(left int) int { return left }
func bytewise(int) int   { return 1 }
func random(r *rand.Rand, most int) cut {
	return func(int) int { return 1 + r.IntN(most) }
}

// decode reads a stream in chunks that are overwritten once read, and copies
// the frames. It checks that no byte is lost and that none of the stream's is
// changed.
func decode(t testing.TB, d *Decoder, stream []byte, next cut) (frames []Frame) {
	t.Helper()
	for rest := stream; len(rest) > 0; {
		size := min(next(len(rest)), len(rest))
		chunk := bytes.Clone(rest[:size])
		for b := chunk; len(b) > 0; {
			f, n := d.Next(b)
			if f == nil {
				if n != len(b) {
					t.Fatalf("no frame, and %d of %d bytes read", n, len(b))
				}
				break
			}
			if f.Length != 0 && n == 0 {
				t.Fatalf("a frame from nothing: %+v", f)
			}
			b = b[n:]
			g := *f
			g.Payload = bytes.Clone(f.Payload)
			frames = append(frames, g)
		}
		if !bytes.Equal(chunk, rest[:size]) {
			t.Fatal("the decoder changed the bytes that it read")
		}
		clear(chunk)
		rest = rest[size:]
	}
	return frames
}

// show makes frames comparable, and readable.
func show(frames []Frame) string {
	var s strings.Builder
	for _, f := range frames {
		fmt.Fprintf(&s, "%+v at %d: %x\n", f.Header, f.Offset, f.Payload)
	}
	return s.String()
}

// mixed is a stream of n legal and illegal frames, and those frames.
func mixed(r *rand.Rand, n int) (stream []byte, frames []Frame) {
	sizes := []int{0, 1, 2, 3, 4, 7, 8, 9, 31, 32, 33, 124, 125, 126, 127, 300, 65535, 65536}
	forms := []uint8{7, 16, 64}
	for range n {
		size := sizes[r.IntN(len(sizes)-2)]
		if r.IntN(50) == 0 {
			size = sizes[len(sizes)-1-r.IntN(2)]
		}
		f := Frame{Payload: make([]byte, size)}
		for i := range f.Payload {
			f.Payload[i] = byte(r.Uint32())
		}
		f.Header = Header{
			Fin: r.IntN(2) == 0, RSV: uint8(r.IntN(8)), Opcode: Opcode(r.IntN(16)), Masked: r.IntN(2) == 0,
			LengthForm: max(forms[r.IntN(3)], shortestForm(uint64(size))), Length: uint64(size),
		}
		if f.Masked {
			f.Key = [4]byte{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())}
		}
		stream = Append(stream, f.Header, f.Payload)
		frames = append(frames, f)
	}
	return stream, frames
}

func TestDecoderGivesTheSameFramesHoweverTheStreamIsCut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	stream, frames := mixed(r, 300)
	want := show(frames)
	cuts := map[string]cut{"whole": whole, "bytewise": bytewise}
	for _, most := range []int{2, 5, 17, 100, 1000, 70000} {
		cuts[fmt.Sprintf("up to %d", most)] = random(r, most)
	}
	for name, c := range cuts {
		var d Decoder
		if got := show(decode(t, &d, stream, c)); got != want {
			t.Errorf("cut %s, the frames differ", name)
		}
		if d.Pending() != 0 {
			t.Errorf("cut %s, %d bytes are pending at the end", name, d.Pending())
		}
	}
}

func TestDecoderDeliversLargeFramesInPieces(t *testing.T) {
	payload := []byte("0123456789")
	for _, masked := range []bool{false, true} {
		h := Header{Fin: true, Opcode: Binary, Masked: masked, LengthForm: 7, Length: 10}
		if masked {
			h.Key = [4]byte{1, 2, 3, 4}
		}
		stream := AppendFrame(Append(nil, h, payload), Ping, []byte("p"), false, [4]byte{})
		ping := Frame{Header: Header{Fin: true, Opcode: Ping, LengthForm: 7, Length: 1}, Payload: []byte("p")}
		want := show([]Frame{
			{h, 0, payload[:3]}, {h, 3, payload[3:6]}, {h, 6, payload[6:9]}, {h, 9, payload[9:]}, ping,
		})
		for most := 1; most <= len(stream); most++ {
			d := Decoder{Limit: 3}
			frames := decode(t, &d, stream, func(int) int { return most })
			if got := show(frames); got != want {
				t.Fatalf("cut into %d bytes, a limit of 3 gives\n%swant\n%s", most, got, want)
			}
			for i, f := range frames {
				if f.Last() != (i >= 3) {
					t.Errorf("piece %d is last: %v", i, f.Last())
				}
			}
		}
	}
}

func TestDecoderShowsTheFrameThatIsNotComplete(t *testing.T) {
	wire := AppendFrame(nil, Ping, []byte("\x0d\x90\x0f\x00"), true, [4]byte{9, 8, 7, 6})
	h, size := ParseHeader(wire)
	var d Decoder
	if d.Pending() != 0 || show([]Frame{d.Partial()}) != show([]Frame{{}}) {
		t.Error("something is pending before the first byte")
	}
	for i := range len(wire) - 1 {
		if f, _ := d.Next(wire[i : i+1]); f != nil {
			t.Fatalf("a frame after %d bytes", i+1)
		}
		want := Frame{Header: Header{Fin: true, Opcode: Ping}}
		if i+1 >= size {
			want = Frame{Header: h, Payload: []byte("\x0d\x90\x0f\x00")[:i+1-size]}
		}
		if got := d.Partial(); show([]Frame{got}) != show([]Frame{want}) {
			t.Errorf("after %d bytes the partial frame is %+v, want %+v", i+1, got, want)
		}
		if d.Pending() != uint64(i+1) {
			t.Errorf("after %d bytes %d are pending", i+1, d.Pending())
		}
	}

	d.Reset()
	if d.Pending() != 0 {
		t.Errorf("after Reset %d bytes are pending", d.Pending())
	}
	if f, _ := d.Next(wire); f == nil || string(f.Payload) != "\x0d\x90\x0f\x00" {
		t.Errorf("after Reset a new stream gives %+v", f)
	}

	d = Decoder{Limit: 2}
	b := wire[:size+3]
	_, n := d.Next(b)
	d.Next(b[n:])
	if got := d.Partial(); got.Offset != 2 || string(got.Payload) != "\x0f" || d.Pending() != uint64(len(b)) {
		t.Errorf("within the second piece, %d bytes are pending: %+v", d.Pending(), got)
	}
}

func TestDecoderCopiesOnlyWhatItHasTo(t *testing.T) {
	wire := AppendFrame(nil, Text, []byte("hello"), false, [4]byte{})
	var d Decoder
	f, _ := d.Next(wire)
	if &f.Payload[0] != &wire[2] || cap(f.Payload) != 5 {
		t.Error("an unmasked payload in one chunk is not a part of it, and no more")
	}
	d.Next(wire[:2])
	if f, _ = d.Next(wire[2:]); &f.Payload[0] != &wire[2] {
		t.Error("it is copied when only the header came earlier")
	}
}

func TestDecoderMemoryIsBounded(t *testing.T) {
	const huge = 1 << 63
	for _, masked := range []bool{false, true} {
		d := Decoder{Limit: 1000}
		stream := Append(nil, Header{Opcode: Binary, Masked: masked, Length: huge}, make([]byte, 10))
		if d.Next(stream); cap(d.buf) > 20 {
			t.Errorf("10 bytes of a frame that declares %d take %d", uint64(huge), cap(d.buf))
		}
		for range 1000 {
			for b := make([]byte, 77); len(b) > 0; {
				_, n := d.Next(b)
				b = b[n:]
			}
			if cap(d.buf) > 1000 {
				t.Fatalf("with a limit of 1000 the buffer has %d", cap(d.buf))
			}
		}
		if h, size := ParseHeader(stream); d.Pending() != uint64(size)+10+77000 || d.Partial().Header != h {
			t.Errorf("%d bytes are pending, of %+v", d.Pending(), d.Partial().Header)
		}
	}
}

func TestDecoderDoesNotAllocate(t *testing.T) {
	stream, _ := mixed(rand.New(rand.NewPCG(3, 4)), 500)
	for name, size := range map[string]int{"whole": len(stream), "cut into 100 bytes": 100} {
		var d Decoder
		if n := testing.AllocsPerRun(5, func() {
			for chunk := range slices.Chunk(stream, size) {
				for len(chunk) > 0 {
					_, n := d.Next(chunk)
					chunk = chunk[n:]
				}
			}
		}); n != 0 {
			t.Errorf("a stream %s allocates %v times", name, n)
		}
	}
}

// FuzzDecode has two oracles: a stream gives the same frames, and the same
// rest, in one piece and in any cut; and what was read, appended again, is the
// stream. The first two bytes have the cut and the limit.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x01\x00\x89\x04\x0d\x90\x0f\x00\x8a\x03\x0d\x90\x0f"))
	f.Add([]byte("\x02\x03\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58\x89"))
	f.Add([]byte("\x03\x02\x00\xff\x80\x00\x00\x00\x00\x00\x00\x01\x05\x06\x07\x08rest"))
	stream, _ := mixed(rand.New(rand.NewPCG(5, 6)), 5)
	f.Add(append([]byte{4, 7}, stream...))
	f.Fuzz(func(t *testing.T, in []byte) {
		var head [2]byte
		stream := in[copy(head[:], in):]
		seed, limit := uint64(head[0]), int(head[1])
		one, many := Decoder{Limit: limit}, Decoder{Limit: limit}
		frames := decode(t, &one, stream, whole)
		r := rand.New(rand.NewPCG(seed, seed))
		if got, want := show(decode(t, &many, stream, random(r, 1+r.IntN(64)))), show(frames); got != want {
			t.Fatalf("in one piece the frames are\n%sin small ones\n%s", want, got)
		}
		if one.Pending() != many.Pending() || show([]Frame{one.Partial()}) != show([]Frame{many.Partial()}) {
			t.Fatalf("in one piece %d bytes are pending, %+v, in small ones %d, %+v",
				one.Pending(), one.Partial(), many.Pending(), many.Partial())
		}

		rest := one.Partial()
		var again, payload []byte
		for _, f := range append(frames, rest) {
			payload = append(payload, f.Payload...)
			if f.LengthForm != 0 && f.Last() {
				again = Append(again, f.Header, payload)
				payload = nil
			}
		}
		if rest.LengthForm != 0 {
			again = Append(again, rest.Header, payload)
		} else {
			again = append(again, stream[len(stream)-int(one.Pending()):]...)
		}
		if !bytes.Equal(again, stream) {
			t.Fatalf("appended again, the stream is\n% x, not\n% x", again, stream)
		}
	})
}
