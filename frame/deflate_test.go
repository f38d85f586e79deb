package frame

import (
	"bytes"
	"compress/flate"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// carry sends a frame over a wire and gives what arrives.
func carry(t *testing.T, d *Decoder, f Frame) *Frame {
	t.Helper()
	wire := Append(nil, f.Header, f.Payload)
	got, n := d.Next(wire)
	if got == nil || n != len(wire) {
		t.Fatalf("%d of %d bytes of a %v were read", n, len(wire), f.Opcode)
	}
	return got
}

func TestDeflateMessagesWithPingsBetweenFragments(t *testing.T) {
	ping := Frame{Header: Header{Fin: true, Opcode: Ping, Length: 4}, Payload: []byte("\x00\x00\xff\xff")}
	messages := [][]string{
		{"Hello"}, {"Hello"}, {""}, {"He", "ll", "", "o"}, {"", ""},
		{strings.Repeat("over and over ", 5000)}, {strings.Repeat("a", 40000), "b", strings.Repeat("a", 40000)}, {"Hello"},
	}
	for _, c := range []struct {
		takeover   bool
		windowBits int
	}{{false, 0}, {true, 0}, {false, 8}, {true, 8}, {true, 12}, {true, 15}} {
		takeover := c.takeover
		deflater := Deflater{Takeover: takeover, WindowBits: c.windowBits}
		inflater := Inflater{Takeover: takeover}
		var d Decoder
		s := State{Role: Client, Deflate: true}
		for i, message := range messages {
			for j, fragment := range message {
				f := deflater.Frame(Text, []byte(fragment), j == len(message)-1)
				if (f.RSV == RSV1) != (j == 0) || (f.Opcode == Text) != (j == 0) {
					t.Errorf("fragment %d is %+v", j, f.Header)
				}
				if v := Judge(f.Header, s); v != 0 {
					t.Errorf("fragment %d breaks %v", j, v)
				}
				s = s.After(f.Header)
				for range 2 {
					if m, ok, err := inflater.Frame(carry(t, &d, ping)); m != nil || ok || err != nil {
						t.Fatalf("a ping gives %q, %v, %v", m, ok, err)
					}
				}
				got, ok, err := inflater.Frame(carry(t, &d, f))
				if err != nil || ok != f.Fin {
					t.Fatalf("takeover %v, message %d, fragment %d: %v, %v", takeover, i, j, ok, err)
				}
				if want := strings.Join(message, ""); ok && string(got) != want {
					t.Fatalf("takeover %v: message %d has %d bytes, %.20q, want %d, %.20q", takeover, i, len(got), got, len(want), want)
				}
			}
			plain := Frame{Header: Header{Fin: true, Opcode: Binary, Length: 5}, Payload: []byte("plain")}
			if got, ok, err := inflater.Frame(&plain); !ok || err != nil || string(got) != "plain" {
				t.Fatalf("an uncompressed message between gives %q, %v, %v", got, ok, err)
			}
		}
	}
}

func TestDeflateRefersToEarlierMessagesOnlyWithTakeover(t *testing.T) {
	for _, takeover := range []bool{false, true} {
		d := Deflater{Takeover: takeover}
		first := len(d.Frame(Text, []byte("Hello, Hello?"), true).Payload)
		second := len(d.Frame(Text, []byte("Hello, Hello?"), true).Payload)
		if (second < first) != takeover {
			t.Errorf("takeover %v: a message takes %d bytes, and again %d", takeover, first, second)
		}
	}
}

// The examples of RFC 7692 section 7.2.3, each a sequence of messages of which
// all say Hello but for the empty one.
func TestInflateExamplesOfTheRFC(t *testing.T) {
	const hello = "\xf2\x48\xcd\xc9\xc9\x07\x00"
	for _, tt := range []struct {
		reason   string
		messages [][]string // each of fragments
		want     string
	}{
		{"7.2.3.1: one message", [][]string{{hello}}, "Hello"},
		{"7.2.3.1: in two fragments", [][]string{{hello[:3], hello[3:]}}, "Hello"},
		{"7.2.3.2: the second shares the window", [][]string{{hello}, {"\xf2\x00\x11\x00\x00"}}, "Hello"},
		{"7.2.3.3: a block without compression", [][]string{{"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"}}, "Hello"},
		{"7.2.3.4: a final block", [][]string{{"\xf3\x48\xcd\xc9\xc9\x07\x00\x00"}}, "Hello"},
		{"7.2.3.4: and a message after it that refers to it",
			[][]string{{"\xf3\x48\xcd\xc9\xc9\x07\x00\x00"}, {"\xf2\x00\x11\x00\x00"}}, "Hello"},
		{"7.2.3.5: two blocks", [][]string{{"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"}}, "Hello"},
		{"7.2.3.6: an empty message", [][]string{{"\x00"}}, ""},
		{"a final block without the zero byte", [][]string{{"\xf3\x48\xcd\xc9\xc9\x07\x00"}}, "Hello"},
		{"an empty message without it", [][]string{{""}}, ""},
	} {
		z := Inflater{Takeover: true}
		for i, message := range tt.messages {
			for j, fragment := range message {
				f := Frame{Header: Header{Fin: j == len(message)-1, Length: uint64(len(fragment))}, Payload: []byte(fragment)}
				if j == 0 {
					f.Opcode, f.RSV = Text, RSV1
				}
				got, ok, err := z.Frame(&f)
				if ok != f.Fin || err != nil || ok && string(got) != tt.want {
					t.Errorf("%s: message %d gives %q, %v, %v", tt.reason, i, got, ok, err)
				}
			}
		}
	}
}

func TestInflateErrors(t *testing.T) {
	var corrupt flate.CorruptInputError
	bomb := new(Deflater).Frame(Binary, make([]byte, 10<<20), true)
	if len(bomb.Payload) > DefaultLimit/50 {
		t.Fatalf("the bomb has %d bytes", len(bomb.Payload))
	}
	for _, tt := range []struct {
		reason  string
		rsv     uint8
		payload string
		want    func(error) bool
	}{
		{"a bomb", RSV1, string(bomb.Payload), func(err error) bool { return errors.Is(err, ErrTooBig) }},
		{"empty blocks without end", RSV1, strings.Repeat("\x00\x00\x00\xff\xff", 2*DefaultLimit),
			func(err error) bool { return errors.Is(err, ErrTooBig) }},
		{"an uncompressed message over the limit", 0, strings.Repeat("a", DefaultLimit+1),
			func(err error) bool { return errors.Is(err, ErrTooBig) }},
		{"a reserved block type", RSV1, "\x06", func(err error) bool { return errors.As(err, &corrupt) }},
		{"a distance before the beginning", RSV1, "\xf2\x00\x11\x00\x00", func(err error) bool { return errors.As(err, &corrupt) }},
		{"a stored block longer than the message", RSV1, "\x00\xff\x00\x00\xffabc",
			func(err error) bool { return errors.Is(err, io.ErrUnexpectedEOF) }},
	} {
		var z Inflater
		f := Frame{Header: Header{Fin: true, RSV: tt.rsv, Opcode: Text, Length: uint64(len(tt.payload))}, Payload: []byte(tt.payload)}
		if m, ok, err := z.Frame(&f); m != nil || ok || !tt.want(err) {
			t.Errorf("%s: got %d bytes, %v, error %v", tt.reason, len(m), ok, err)
		}
		if cap(z.out) > DefaultLimit+1 {
			t.Errorf("%s: the message took %d bytes of memory", tt.reason, cap(z.out))
		}
	}
}

func TestInflateToTheLimit(t *testing.T) {
	message := bytes.Repeat([]byte("0123456789"), 100)
	for _, rsv := range []uint8{0, RSV1} {
		for _, limit := range []int{999, 1000, 1001} {
			f := Frame{Header: Header{Fin: true, Opcode: Text, Length: 1000}, Payload: message}
			if rsv != 0 {
				f = new(Deflater).Frame(Text, message, true)
			}
			z := Inflater{Limit: limit, Takeover: true}
			for range 3 {
				m, ok, err := z.Frame(&f)
				if ok != (limit >= 1000) || errors.Is(err, ErrTooBig) != (limit < 1000) || ok && !bytes.Equal(m, message) {
					t.Errorf("RSV %d, limit %d: %d bytes, %v, %v", rsv, limit, len(m), ok, err)
				}
			}
		}
	}
}

func TestInflateAFlushAfterEveryByte(t *testing.T) {
	var d Deflater
	z := Inflater{Limit: 2000}
	for i := range z.Limit {
		f := d.Frame(Binary, []byte{byte(i * i)}, i == z.Limit-1)
		if m, ok, err := z.Frame(&f); err != nil || ok != f.Fin || ok && len(m) != z.Limit {
			t.Fatalf("fragment %d gives %d bytes, %v, %v", i, len(m), ok, err)
		}
	}
}

func TestInflatePiecesOfOneFrame(t *testing.T) {
	f := new(Deflater).Frame(Text, []byte("a message in pieces"), true)
	wire := Append(nil, f.Header, f.Payload)
	d := Decoder{Limit: 4}
	var z Inflater
	var got []byte
	for len(wire) > 0 {
		f, n := d.Next(wire)
		wire = wire[n:]
		m, ok, err := z.Frame(f)
		if err != nil || ok != f.Last() {
			t.Fatalf("the piece at %d gives %v, %v", f.Offset, ok, err)
		}
		got = m
	}
	if string(got) != "a message in pieces" {
		t.Errorf("the message is %q", got)
	}
}

// FuzzInflate holds the limit against any bytes, and what can be deflated
// against what is inflated from it, in fragments with control frames between them.
// The first byte has the takeover, the next two the limit.
func FuzzInflate(f *testing.F) {
	f.Add([]byte("\x01\x05\x00\xf2\x48\xcd\xc9\xc9\x07\x00"))
	f.Add([]byte("\x00\x04\x00\xf3\x48\xcd\xc9\xc9\x07\x00\x00"))
	f.Add(append([]byte{1, 0, 0}, bytes.Repeat([]byte("again "), 100)...))
	f.Fuzz(func(t *testing.T, in []byte) {
		var head [3]byte
		b := in[copy(head[:], in):]
		takeover, limit := head[0]&1 != 0, int(head[1])|int(head[2])<<8
		inflateHostile(t, b, limit, takeover)
		inflateInFragments(t, b, takeover)
	})
}

func inflateHostile(t *testing.T, b []byte, limit int, takeover bool) {
	hostile := Frame{Header: Header{Fin: true, RSV: RSV1, Opcode: Text, Length: uint64(len(b))}, Payload: b}
	z := Inflater{Limit: limit, Takeover: takeover}
	for range 2 {
		m, ok, err := z.Frame(&hostile)
		if ok != (err == nil) || limit != 0 && len(m) > limit {
			t.Fatalf("a limit of %d gives %d bytes, %v, %v", limit, len(m), ok, err)
		}
		if err != nil {
			break
		}
	}
}

// inflateInFragments sends b twice, cut where its first bytes say.
func inflateInFragments(t *testing.T, b []byte, takeover bool) {
	deflater, inflater := Deflater{Takeover: takeover}, Inflater{Takeover: takeover}
	for range 2 {
		op, rest := Binary, b
		for i := 0; ; i++ {
			n := len(rest)
			if i < len(b) && i < 8 {
				n = min(n, int(b[i]))
			}
			f := deflater.Frame(op, rest[:n], n == len(rest))
			m, whole, err := inflater.Frame(&f)
			if rest, op = rest[n:], Continuation; err != nil || whole != f.Fin {
				t.Fatalf("fragment %d of %x: whole %v, %v", i, b, whole, err)
			}
			if whole {
				if !bytes.Equal(m, b) {
					t.Fatalf("%x comes back as %x", b, m)
				}
				break
			}
			ping := Frame{Header: Header{Fin: true, Opcode: Ping, Length: 2}, Payload: []byte("hi")}
			if m, whole, err := inflater.Frame(&ping); m != nil || whole || err != nil {
				t.Fatalf("a ping after fragment %d gives %x, %v, %v", i, m, whole, err)
			}
		}
	}
}

func TestDeflateDoesNotAllocateOnceItsBuffersHaveGrown(t *testing.T) {
	message := []byte(strings.Repeat("a message ", 20))
	for _, takeover := range []bool{false, true} {
		d, z := Deflater{Takeover: takeover}, Inflater{Takeover: takeover}
		once := func() {
			f := d.Frame(Text, message, true)
			if _, ok, err := z.Frame(&f); !ok {
				t.Error(err)
			}
		}
		for range 500 { // the window has to fill
			once()
		}
		if n := testing.AllocsPerRun(100, once); n != 0 {
			t.Errorf("takeover %v: a message allocates %v times", takeover, n)
		}
	}
}

// What was reset is as new: it refers to nothing earlier, and finishes nothing.
func TestResetForgetsTheConnection(t *testing.T) {
	hello := strings.Repeat("Hello ", 20)
	for _, takeover := range []bool{false, true} {
		deflater, inflater := Deflater{Takeover: true}, Inflater{Takeover: true}
		fresh := Deflater{Takeover: takeover}
		want := string(fresh.Frame(Text, []byte(hello), true).Payload)
		for range 3 {
			for _, fin := range []bool{true, false} { // the last message is unfinished
				f := deflater.Frame(Text, []byte(hello), fin)
				if _, _, err := inflater.Frame(&f); err != nil {
					t.Fatal(err)
				}
			}
			deflater.Reset()
			inflater.Reset()
			deflater.Takeover, inflater.Takeover = takeover, takeover
			f := deflater.Frame(Text, []byte(hello), true)
			if string(f.Payload) != want || f.Opcode != Text || f.RSV != RSV1 {
				t.Errorf("takeover %v: after Reset it writes %+v, %q, a new one %q", takeover, f.Header, f.Payload, want)
			}
			if got, ok, err := inflater.Frame(&f); !ok || err != nil || string(got) != hello {
				t.Errorf("takeover %v: after Reset it reads %q, %v, %v", takeover, got, ok, err)
			}
		}
	}
	new(Deflater).Reset()
	new(Inflater).Reset()
}

// What lies further back than a window is not referred to, within a message and before it.
func TestDeflaterKeepsToItsWindow(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	again, between := make([]byte, 100), make([]byte, 400)
	for i := range again {
		again[i] = byte(r.Uint32())
	}
	for i := range between {
		between[i] = byte(r.Uint32())
	}
	for _, messages := range [][][]byte{{again, between, again}, {slices.Concat(again, between, again)}} {
		size := func(windowBits int) (n int) {
			d := Deflater{Takeover: true, WindowBits: windowBits}
			for _, m := range messages {
				n += int(d.Frame(Binary, m, true).Length)
			}
			return n
		}
		if wide, narrow := size(0), size(8); wide > 550 || narrow < 600 {
			t.Errorf("%d messages: %d bytes in a window of 32 KiB, %d in one of 256", len(messages), wide, narrow)
		}
	}
}
