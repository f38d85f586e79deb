package frame

import (
	"bytes"
	"testing"
)

func TestAppend(t *testing.T) {
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d}
	for _, tt := range []struct {
		reason  string
		h       Header
		payload string
		want    string
	}{
		{"RFC 6455 5.7: an unmasked text", Header{Fin: true, Opcode: Text, Length: 5}, "Hello",
			"\x81\x05Hello"},
		{"RFC 6455 5.7: a masked text", Header{Fin: true, Opcode: Text, Masked: true, Key: key, Length: 5}, "Hello",
			"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"},
		{"RFC 6455 5.7: fragments", Header{Opcode: Text, Length: 3}, "Hel", "\x01\x03Hel"},
		{"a length that lies", Header{Fin: true, Opcode: Ping, Length: 125}, "abc", "\x89\x7dabc"},
		{"126 takes 16 bits", Header{Opcode: Binary, Length: 126}, "", "\x02\x7e\x00\x7e"},
		{"65536 takes 64", Header{Opcode: Binary, Length: 65536}, "", "\x02\x7f\x00\x00\x00\x00\x00\x01\x00\x00"},
		{"a longer form than needed", Header{Opcode: Ping, LengthForm: 64, Length: 1}, "a",
			"\x09\x7f\x00\x00\x00\x00\x00\x00\x00\x01a"},
		{"a form too short becomes longer", Header{Opcode: Ping, LengthForm: 7, Length: 300}, "", "\x09\x7e\x01\x2c"},
		{"the highest bit of a length", Header{Length: 1 << 63}, "", "\x00\x7f\x80\x00\x00\x00\x00\x00\x00\x00"},
		{"all bits of the first byte", Header{Fin: true, RSV: 7, Opcode: 15}, "", "\xff\x00"},
		{"no more bits than there are", Header{RSV: 0xFF, Opcode: 0xFF}, "", "\x7f\x00"},
		{"a key without the bit is not written", Header{Opcode: Pong, Key: key, Length: 1}, "a", "\x0a\x01a"},
	} {
		payload := []byte(tt.payload)
		if got := Append([]byte("before"), tt.h, payload); string(got) != "before"+tt.want {
			t.Errorf("%s: got % x, want % x", tt.reason, got[len("before"):], tt.want)
		}
		if string(payload) != tt.payload {
			t.Errorf("%s: the caller's payload became %q", tt.reason, payload)
		}
	}
}

func TestAppendFrame(t *testing.T) {
	got := AppendFrame(nil, Ping, []byte("\x0d\x90\x0f\x00"), true, [4]byte{1, 1, 1, 1})
	if want := "\x89\x84\x01\x01\x01\x01\x0c\x91\x0e\x01"; string(got) != want {
		t.Errorf("a masked ping is % x, want % x", got, want)
	}
	for _, size := range []int{0, 125, 126, 65535, 65536} {
		wire := AppendFrame(nil, Binary, make([]byte, size), false, [4]byte{})
		h, n := ParseHeader(wire)
		if v := Judge(h, State{Role: Client}); v != 0 || len(wire) != n+size {
			t.Errorf("a frame of %d bytes breaks %v and has %d bytes", size, v, len(wire)-n)
		}
	}
}

func TestAppendDoesNotAllocate(t *testing.T) {
	dst := make([]byte, 0, 1024)
	payload := bytes.Repeat([]byte("a"), 500)
	h := Header{Fin: true, Opcode: Text, Masked: true, Key: [4]byte{1, 2, 3, 4}, Length: 500}
	if n := testing.AllocsPerRun(100, func() {
		dst = Append(dst[:0], h, payload)
		dst = AppendFrame(dst[:0], Ping, payload[:125], false, h.Key)
	}); n != 0 {
		t.Errorf("appending to a buffer with room allocates %v times", n)
	}
}
