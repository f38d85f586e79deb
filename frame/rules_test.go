package frame

import "testing"

func TestJudge(t *testing.T) {
	key := [4]byte{1, 2, 3, 4}
	server := State{Role: Server}
	client := State{Role: Client}
	inMessage := State{Role: Client, InMessage: true}
	deflate := State{Role: Client, Deflate: true}
	other := State{Role: Client, OtherExtension: true}
	for _, tt := range []struct {
		reason string
		h      Header
		s      State
		want   Violations
	}{
		{"a masked ping to a server", Header{Fin: true, Opcode: Ping, Masked: true, Key: key, Length: 125}, server, 0},
		{"a zero key is a key", Header{Fin: true, Opcode: Ping, Masked: true}, server, 0},
		{"an unmasked text to a client", Header{Fin: true, Opcode: Text, LengthForm: 16, Length: 126}, client, 0},
		{"5.1: unmasked to a server", Header{Fin: true, Opcode: Ping}, server, WrongMask},
		{"5.1: masked to a client", Header{Fin: true, Opcode: Ping, Masked: true}, client, WrongMask},

		{"5.2: RSV1 without an extension", Header{Fin: true, RSV: RSV1, Opcode: Text}, client, UndefinedRSV},
		{"5.2: RSV3 on a pong", Header{Fin: true, RSV: RSV3, Opcode: Pong}, client, UndefinedRSV},
		{"5.2: RSV2 has no meaning in deflate", Header{Fin: true, RSV: RSV1 | RSV2, Opcode: Text}, deflate, UndefinedRSV},
		{"deflate: RSV1 on a whole message", Header{Fin: true, RSV: RSV1, Opcode: Text}, deflate, 0},
		{"deflate: RSV1 on a first fragment", Header{RSV: RSV1, Opcode: Binary}, deflate, 0},
		{"deflate: a message may be uncompressed", Header{Fin: true, Opcode: Text}, deflate, 0},
		{"7692 6: RSV1 on a control frame", Header{Fin: true, RSV: RSV1, Opcode: Ping}, deflate, MisplacedRSV1},
		{"7692 6: RSV1 on a continuation", Header{Fin: true, RSV: RSV1},
			State{Role: Client, Deflate: true, InMessage: true}, MisplacedRSV1},
		{"another extension may use all bits", Header{Fin: true, RSV: 7, Opcode: Ping}, other, 0},
		{"another extension next to deflate too", Header{Fin: true, RSV: 7, Opcode: Ping},
			State{Role: Client, Deflate: true, OtherExtension: true}, 0},

		{"5.2: a reserved data opcode", Header{Fin: true, Opcode: 3}, client, UnknownOpcode},
		{"5.2: a reserved control opcode", Header{Fin: true, Opcode: 15}, client, UnknownOpcode},
		{"5.5 holds for reserved control opcodes", Header{Opcode: 11, Length: 126}, client,
			UnknownOpcode | FragmentedControl | LongControl},
		{"but not when an extension took them", Header{Opcode: 11, Length: 126}, other, 0},
		{"which leaves 5.5 for a ping", Header{Opcode: Ping, Length: 126}, other, FragmentedControl | LongControl},

		{"5.5: a fragmented ping", Header{Opcode: Ping}, client, FragmentedControl},
		{"5.5: a close of 126 bytes", Header{Fin: true, Opcode: Close, Length: 126}, client, LongControl},
		{"5.2: the highest bit of a length", Header{Fin: true, Opcode: Text, Length: 1 << 63}, client, LengthHighBit},
		{"5.2: a length in 16 bits for 7", Header{Fin: true, Opcode: Ping, LengthForm: 16, Length: 1}, client, LongLengthForm},
		{"5.2: a length in 64 bits for 16", Header{Fin: true, Opcode: Text, LengthForm: 64, Length: 0xFFFF}, client, LongLengthForm},
		{"a length of 65536 needs 64 bits", Header{Fin: true, Opcode: Text, LengthForm: 64, Length: 0x10000}, client, 0},

		{"5.4: a continuation of nothing", Header{Fin: true}, client, StrayContinuation},
		{"5.4: a continuation", Header{}, inMessage, 0},
		{"5.4: a control frame between fragments", Header{Fin: true, Opcode: Close}, inMessage, 0},
		{"5.4: a message inside another", Header{Fin: true, Opcode: Text}, inMessage, InterleavedMessages},
		{"5.4: or its first fragment", Header{Opcode: Binary}, inMessage, InterleavedMessages},
		{"5.4: unless an extension can tell them apart", Header{Opcode: Binary},
			State{Role: Client, InMessage: true, OtherExtension: true}, 0},
		{"and then a continuation may follow a FIN", Header{}, other, 0},

		{"everything at once", Header{RSV: 7, Opcode: 15, LengthForm: 64, Length: 1 << 63}, server,
			UndefinedRSV | UnknownOpcode | WrongMask | FragmentedControl | LongControl | LengthHighBit},
	} {
		if got := Judge(tt.h, tt.s); got != tt.want {
			t.Errorf("%s: %+v to a %v breaks %v, want %v", tt.reason, tt.h, tt.s.Role, got, tt.want)
		}
	}
}

func TestStateAfter(t *testing.T) {
	outside, inside := State{Deflate: true}, State{Deflate: true, InMessage: true}
	for _, tt := range []struct {
		reason  string
		h       Header
		s, want State
	}{
		{"a first fragment opens a message", Header{Opcode: Text}, outside, inside},
		{"the last closes it", Header{Fin: true}, inside, outside},
		{"one between does not", Header{}, inside, inside},
		{"a whole message opens none", Header{Fin: true, Opcode: Binary}, outside, outside},
		{"a control frame changes nothing", Header{Fin: true, Opcode: Ping}, inside, inside},
		{"not even a fragmented one", Header{Opcode: Ping}, outside, outside},
		{"nor does a reserved opcode", Header{Fin: true, Opcode: 3}, inside, inside},
	} {
		if got := tt.s.After(tt.h); got != tt.want {
			t.Errorf("%s: after %+v the state is %+v, want %+v", tt.reason, tt.h, got, tt.want)
		}
	}
}

func TestRole(t *testing.T) {
	if Server.String() != "server" || Client.String() != "client" {
		t.Errorf("the roles are %v and %v", Server, Client)
	}
}

func TestJudgeDoesNotAllocate(t *testing.T) {
	h := Header{RSV: 7, Opcode: 15, LengthForm: 64, Length: 1 << 63}
	var rules int
	if n := testing.AllocsPerRun(100, func() {
		for range Judge(h, State{}).All() {
			rules++
		}
	}); n != 0 {
		t.Errorf("judging allocates %v times", n)
	}
	if rules == 0 {
		t.Error("no rule was broken")
	}
}
