package frame_test

import (
	"fmt"

	"github.com/pongcheck/pongcheck/frame"
)

// A server gets a ping in two reads, and after it a pong that breaks two rules.
// Reading gives both frames; judging is another call.
func Example() {
	key := [4]byte{0x37, 0xfa, 0x21, 0x3d}
	wire := frame.AppendFrame(nil, frame.Ping, []byte("\x0d\x90\x0f\x00"), true, key)
	wire = frame.Append(wire, frame.Header{Fin: true, RSV: frame.RSV1, Opcode: frame.Pong, Length: 3}, []byte("\x0d\x90\x0f"))

	var d frame.Decoder
	s := frame.State{Role: frame.Server}
	for _, b := range [][]byte{wire[:8], wire[8:]} {
		for len(b) > 0 {
			f, n := d.Next(b)
			b = b[n:]
			if f == nil {
				fmt.Printf("%d bytes of a %v\n", d.Pending(), d.Partial().Opcode)
				continue
			}
			fmt.Printf("%v % x\n", f.Opcode, f.Payload)
			for r := range frame.Judge(f.Header, s).All() {
				fmt.Printf("  %s, RFC 6455 section %s: %s\n", r.ID, r.Section, r.Receiver)
			}
			s = s.After(f.Header)
		}
	}
	// Output:
	// 8 bytes of a ping
	// ping 0d 90 0f 00
	// pong 0d 90 0f
	//   frame/rsv, RFC 6455 section 5.2: MUST
	//   frame/mask, RFC 6455 section 5.1: MUST
}

func ExampleParseClose() {
	for _, payload := range []string{"\x03\xe8bye", "", "\x03\xed"} {
		code, reason, err := frame.ParseClose([]byte(payload))
		fmt.Printf("%d %q %v\n", code, reason, err)
	}
	// Output:
	// 1000 "bye" <nil>
	// 1005 "" <nil>
	// 1005 "" close code that must not be sent: 1005
}

// A ping stands between two fragments of a compressed message and changes
// neither.
func ExampleDeflater() {
	deflater := frame.Deflater{Takeover: true}
	var wire []byte
	f := deflater.Frame(frame.Text, []byte("one "), false)
	wire = frame.Append(wire, f.Header, f.Payload)
	wire = frame.AppendFrame(wire, frame.Ping, []byte("still there?"), false, [4]byte{})
	f = deflater.Frame(frame.Text, []byte("message"), true)
	wire = frame.Append(wire, f.Header, f.Payload)

	var d frame.Decoder
	inflater := frame.Inflater{Takeover: true}
	for len(wire) > 0 {
		f, n := d.Next(wire)
		wire = wire[n:]
		message, ok, err := inflater.Frame(f)
		fmt.Printf("%v fin=%v rsv=%d %q %v %v\n", f.Opcode, f.Fin, f.RSV, message, ok, err)
	}
	// Output:
	// text fin=false rsv=4 "" false <nil>
	// ping fin=true rsv=0 "" false <nil>
	// cont fin=true rsv=0 "one message" true <nil>
}
