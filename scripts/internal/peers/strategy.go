package peers

import "math/rand/v2"

// Strategy says how an endpoint chooses the payloads of its pings. The zero Strategy sends
// empty ones.
type Strategy struct {
	Name string
	Does string // a sentence, with the payloads that shares are counted over

	counts bool       // it takes one payload after the other, else each at random
	words  []numerals // the payloads that it chooses from
}

// Counted is how many pings the shares of a counting strategy are counted over. Then it
// begins again. At one ping every 20 seconds that is 15 days.
const Counted = 1 << 16

// The nanoseconds since 1970 at which 2025 began and ended (UTC).
const (
	first2025 = 1735689600e9
	last2025  = 1767225600e9 - 1
)

var (
	anyByte = span(0, 255)
	decimal = span('0', '9')
)

var strategies = []Strategy{
	{"random4", "four random bytes, as python-websockets chooses them", false, []numerals{{anyByte, 4, 0, 1<<32 - 1}}},
	{"ascii4", "four random printable ASCII characters, blanks among them (20 to 7e)", false, anyWord(span(' ', '~'), 4)},
	{"graphic4", "four random printable ASCII characters but blanks (21 to 7e)", false, anyWord(span('!', '~'), 4)},
	{"counter-decimal", "a counter in decimal, as coder/websocket has it: 1 to 65536", true, decimals(1, Counted)},
	{"counter-be32", "a counter in four bytes, big-endian: 1 to 65536", true, []numerals{{anyByte, 4, 1, Counted}}},
	{"timestamp-be64", "nanoseconds since 1970 in eight bytes, big-endian: those of 2025", false, []numerals{{anyByte, 8, first2025, last2025}}},
	{"timestamp-decimal", "nanoseconds since 1970 in decimal: those of 2025", false, decimals(first2025, last2025)},
	{"constant", `"ping", always`, false, []numerals{{anyByte, 4, 0x70696e67, 0x70696e67}}},
	{"empty", "nothing", false, []numerals{{anyByte, 0, 0, 0}}},
}

// Strategies returns the strategies. Payloads are at most 19 bytes long.
func Strategies() []Strategy { return append([]Strategy(nil), strategies...) }

// FindStrategy finds a strategy by its name.
func FindStrategy(name string) (Strategy, bool) {
	for _, s := range strategies {
		if s.Name == name {
			return s, true
		}
	}
	return Strategy{}, false
}

// Payload returns the payload of ping i of a connection, from 0. A counting strategy
// counts, all others draw from r.
func (s *Strategy) Payload(r *rand.Rand, i int) string {
	size := s.size()
	if size == 0 {
		return "" // the zero Strategy
	}
	v := uint64(i) % size
	if !s.counts {
		v = r.Uint64N(size)
	}
	for k := range s.words {
		w := &s.words[k]
		if v < w.size() {
			return w.writeNumber(w.first + v)
		}
		v -= w.size()
	}
	return "" // v is below the sum of the sizes
}

// size returns how many payloads the strategy chooses from.
func (s *Strategy) size() (n uint64) {
	for k := range s.words {
		n += s.words[k].size()
	}
	return n
}

func span(from, to int) string {
	var b []byte
	for c := from; c <= to; c++ {
		b = append(b, byte(c))
	}
	return string(b)
}

func anyWord(alphabet string, width int) []numerals {
	last := uint64(1)
	for range width {
		last *= uint64(len(alphabet))
	}
	return []numerals{{alphabet, width, 0, last - 1}}
}

// decimals returns the numbers from first to last without leading zeros.
func decimals(first, last uint64) (words []numerals) {
	for width, low := 1, uint64(1); ; width, low = width+1, low*10 {
		high := low*10 - 1
		if high >= first {
			words = append(words, numerals{decimal, width, max(first, low), min(last, high)})
		}
		if high >= last {
			return words
		}
	}
}
