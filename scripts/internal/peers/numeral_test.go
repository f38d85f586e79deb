package peers

import (
	"math/rand/v2"
	"testing"
)

// Counting without listing comes to what listing comes to.
func TestAcceptedIsWhatEnumerationFinds(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	letters := "\x00 \t13Hi!\x80\xa9\xc3\xe2\xed\xf0"
	for range 300 {
		n := numerals{alphabet: letters[r.IntN(4):], width: r.IntN(5)}
		size := anyWord(n.alphabet, n.width)[0].last + 1
		n.first = r.Uint64N(size)
		n.last = n.first + r.Uint64N(min(size-n.first, 2000))
		for _, p := range All() {
			want := uint64(0)
			for v := n.first; v <= n.last; v++ {
				if w := n.writeNumber(v); p.Echo(w) == w {
					want++
				}
			}
			if got := n.countAccepted(&p.keeps); got != want {
				t.Fatalf("%s accepts %d of the numbers %d to %d with %d digits of %q, want %d", p.Name, got, n.first, n.last, n.width, n.alphabet, want)
			}
		}
	}
}

func TestWrite(t *testing.T) {
	for _, c := range []struct {
		n    numerals
		v    uint64
		want string
	}{
		{numerals{anyByte, 4, 0, 0}, 0x0d900f00, "\x0d\x90\x0f\x00"},
		{numerals{decimal, 3, 0, 0}, 42, "042"},
		{numerals{anyByte, 0, 0, 0}, 0, ""},
	} {
		if got := c.n.writeNumber(c.v); got != c.want {
			t.Errorf("%d is written %q, want %q", c.v, got, c.want)
		}
	}
}
