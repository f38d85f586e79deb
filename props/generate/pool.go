package generate

import (
	"strings"

	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// special are payloads that broke trackers and responders: the empty
// one, NULs at the end and in the middle, bytes that are not UTF-8, names that
// objects inherit, prefixes of each other, blanks that get trimmed, a decimal
// counter, and the longest legal ones with one byte too many.
var special = []string{
	"", "a", "ab", "abc", "b", "\x00", "\x00\x00", "\xff", "a\x00b", "\xc3\x28", "é",
	" a ", "a\n", "1", "2", "10", "__proto__", "constructor", "toString", "Hi!", "ping", "\x01", "\x02", "\x80",
	"\x0d\x90\x0f\x00", "\x0d\x90\x0f", "\xb8\x03\x0b\xea",
	strings.Repeat("x", 124), strings.Repeat("x", 125), strings.Repeat("y", 125), strings.Repeat("x", 126),
}

// fresh is how many random-looking payloads of four bytes are added to them, as
// libraries choose them; every fourth ends in a NUL, as every 256th would.
const fresh = 34

// more is how many of the same kind follow in the pool, to fill large tables.
const more = 64

// usual is how many payloads of the pool most traces choose from. Behind them in the pool
// are more fresh ones, and one of each length from 12 to 123 bytes.
var usual = len(special) + fresh

// pool are all payloads of generated traces. They are made once: generation
// only refers to them.
var pool = makePool()

func makePool() []string {
	all := append([]string(nil), special...)
	r := rng.NewStream(6455, 0)
	for i := range fresh + more {
		b := randomBytes(&r, 4)
		if i%4 == 0 {
			b[3] = 0
		}
		all = append(all, string(b))
	}
	for n := 12; n <= 123; n += 2 {
		all = append(all, string(randomBytes(&r, n)), strings.Repeat(string(rune('A'+n%26)), n+1))
	}
	return all
}

// randomBytes returns n bytes, up to eight of them from one number of r.
func randomBytes(r *rng.RNG, n int) []byte {
	b := make([]byte, n)
	var v uint64
	for i := range b {
		if i%8 == 0 {
			v = r.Next()
		}
		b[i] = byte(v >> (i % 8 * 8))
	}
	return b
}

// words are payloads of text messages, texts are longer ones with characters of two, three
// and four bytes, sized are of lengths at which the form of a length, or a limit, changes;
// tails are what a sloppy peer adds.
var (
	words = []string{"a", "Hello", "", "he", "llo", "h\u00e9", "\u65e5\u672c", "\U0001f3d3", strings.Repeat("text ", 40)}
	texts = []string{"na\u00efve caf\u00e9", "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8", "\U0001f3d3 ping \U0001f3d3 pong", strings.Repeat("\u00fc", 100)}
	sized = makeSized(126, 127, 1000, 16<<10, 1<<16-1, 1<<16)
	tails = []string{"\x00", "\x00\x00", "a", "\n", "\xff"}
)

func makeSized(lengths ...int) (all []string) {
	for _, n := range lengths {
		all = append(all, strings.Repeat("x", n))
	}
	return all
}
