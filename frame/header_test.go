package frame

import "testing"

func TestOpcode(t *testing.T) {
	for op, want := range map[Opcode]struct {
		name              string
		control, reserved bool
	}{
		Continuation: {"cont", false, false},
		Text:         {"text", false, false},
		Binary:       {"binary", false, false},
		0x3:          {"op3", false, true},
		0x7:          {"op7", false, true},
		Close:        {"close", true, false},
		Ping:         {"ping", true, false},
		Pong:         {"pong", true, false},
		0xB:          {"op11", true, true},
		0xF:          {"op15", true, true},
	} {
		if op.String() != want.name || op.Control() != want.control || op.Reserved() != want.reserved {
			t.Errorf("opcode %d is %v, control %v, reserved %v, want %v",
				uint8(op), op, op.Control(), op.Reserved(), want)
		}
	}
}

func TestParseHeader(t *testing.T) {
	for _, tt := range []struct {
		reason string
		wire   string
		want   Header
	}{
		{"the ping of the incident", "\x89\x04",
			Header{Fin: true, Opcode: Ping, LengthForm: 7, Length: 4}},
		{"a masked one has a key", "\x89\x84\x01\x02\x03\x04",
			Header{Fin: true, Opcode: Ping, Masked: true, Key: [4]byte{1, 2, 3, 4}, LengthForm: 7, Length: 4}},
		{"all reserved bits and a reserved opcode", "\x7f\x00",
			Header{RSV: 7, Opcode: 15, LengthForm: 7}},
		{"RSV1 is the highest of the three", "\x41\x00",
			Header{RSV: RSV1, Opcode: Text, LengthForm: 7}},
		{"16 bits in network order", "\x82\x7e\x01\x02",
			Header{Fin: true, Opcode: Binary, LengthForm: 16, Length: 0x102}},
		{"16 bits for what fits in 7", "\x8a\x7e\x00\x01",
			Header{Fin: true, Opcode: Pong, LengthForm: 16, Length: 1}},
		{"64 bits, the highest set, masked", "\x00\xff\x80\x00\x00\x00\x00\x00\x00\x01\x05\x06\x07\x08",
			Header{Masked: true, Key: [4]byte{5, 6, 7, 8}, LengthForm: 64, Length: 1<<63 + 1}},
	} {
		h, n := ParseHeader([]byte(tt.wire + "more"))
		if h != tt.want || n != len(tt.wire) {
			t.Errorf("%s: got %+v of %d bytes, want %+v of %d", tt.reason, h, n, tt.want, len(tt.wire))
		}
		for cut := range len(tt.wire) {
			if h, n := ParseHeader([]byte(tt.wire[:cut])); h != (Header{}) || n != 0 {
				t.Errorf("%s: %d of its bytes give %+v of %d bytes, want nothing", tt.reason, cut, h, n)
			}
		}
	}
}
