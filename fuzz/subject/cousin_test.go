package subject

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// The library's own payload, by whichever name, and others.
func TestHTTP2(t *testing.T) {
	converse(t, newHTTP2(), conversation{"each answer wakes its ping, and no other", `
ping *
  > ping f000000000000001
ping *
  > ping f000000000000002
pong 61
pong $2[:7]
  < f0000000000000
pong f000000000000003
  unsupported
pong 6162636465666768
pong $2
  < f000000000000002
  2 acked
cancel 1
  1 cancelled
pong $1
  < f000000000000001
ping *
  > ping f000000000000003
drop
  3 failed closed
  closed
end
`}, conversation{"pings are answered whole", `
recv-ping 0d900f00
  > pong 0d900f00
recv-ping -
  > pong -
recv-ping 6162636465666768
  > pong 6162636465666768
recv-ping 616263646566676869
  unsupported
close
  > eof
  closed
ping *
  1 error closed
end
`})
}

func TestHTTP2Server(t *testing.T) {
	converse(t, newHTTP2Server(), conversation{"pings are answered whole", `
recv-ping 0d900f00
  > pong 0d900f00
pong 61
recv-ping -
  > pong -
eof
  > eof
  closed
end
`})
}

func TestYamux(t *testing.T) {
	converse(t, newYamux(), conversation{"a waiter gives up after the default time-out", `
ping *
  > ping f0000001
advance 10s
  1 failed timeout @10s
end
  closed @10s
`}, conversation{"each answer wakes its ping, and pings are answered", `
ping *
  > ping f0000001
ping *
  > ping f0000002
pong -
pong 61
recv-ping 616263
  > pong 616263
pong $2
  < f0000002
  2 acked
advance 5s
pong $1
  < f0000001
  1 acked @5s
ping *
  > ping f0000003 @5s
close
  > eof @5s
  3 failed closed @5s
  closed @5s
end
`})
}

// What a trace says and what is on the wire are one to one: nothing that differs in one is the
// same in the other.
func TestOpaque(t *testing.T) {
	o := opaque{size: 4}
	first := o.nameChosen([]byte{0, 0, 0, 0})
	second := o.nameChosen([]byte{0xe1, 'a', 0, 0}) // as chance would have it
	if again := o.nameChosen([]byte{0, 0, 0, 0}); first != again || first == second {
		t.Errorf("named: %x, %x, %x", first, again, second)
	}
	seen := map[string]string{}
	for _, data := range []string{"", "b", "\x00", "b\x00", "abc", "abcd", first, second} {
		b, ok := o.packPayload(data)
		if other, taken := seen[string(b)]; !ok || taken {
			t.Errorf("%q became % x, %v, as %q did", data, b, ok, other)
		}
		seen[string(b)] = data
		if got := o.unpackPayload(b); got != data {
			t.Errorf("%q became %q", data, got)
		}
	}
	for _, data := range []string{"a", "abcde", "\x00\x00\x00\x00", "\xf0\x00\x00\x03", "\xe1b\x00\x00"} {
		if b, ok := o.packPayload(data); ok {
			t.Errorf("%q became % x", data, b)
		}
	}
}

// Frames that are no pings are skipped, whatever the pieces in which they come.
func TestCousinPieces(t *testing.T) {
	for name, c := range map[string]struct {
		wire interface {
			Next(b []byte) (*model.Frame, int, bool)
		}
		bytes string
	}{
		"http2": {http2Wire(nil, 3), "PRI\x00\x00\x06\x04\x00\x00\x00\x00\x00abcdef\x00\x00\x08\x06\x01\x00\x00\x00\x00\xe1a\x00\x00\x00\x00\x00\x00"},
		"yamux": {yamuxWire(), "\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02hi\x00\x01\x00\x00\x00\x00\x00\x01\x00\x00\x00\x02\x00\x02\x00\x02\x00\x00\x00\x00\xe1a\x00\x00"},
	} {
		var frames []model.Frame
		for i := range c.bytes {
			f, n, whole := c.wire.Next([]byte(c.bytes[i : i+1]))
			if n != 1 {
				t.Fatalf("%s: took %d bytes of 1", name, n)
			}
			if f != nil {
				frames = append(frames, *f)
			}
			if i == len(c.bytes)-1 && !whole {
				t.Errorf("%s: the last frame is not whole", name)
			}
		}
		if len(frames) != 1 || frames[0].Data != "a" || frames[0].Opcode.String() != "pong" {
			t.Errorf("%s: got %+v, want one pong 61", name, frames)
		}
	}
}
