package turbo

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// dictionary has the numbers and bytes that WebSocket code compares with. They are heads of frames
// (RFC 6455 section 5.2), lengths at which the form changes (125 is the most for a control frame,
// 126 and 127 announce longer forms), close codes (section 7.4) with their neighbours, and
// payloads that break sloppy code.
var dictionary = []string{
	"\x00", "\x01", "\x02", "\x08", "\x09", "\x0a", "\x80", "\x81", "\x82", "\x88", "\x89", "\x8a", "\xc1", "\x41", "\xff", "\xf9",
	"\x7d", "\x7e", "\x7f", "\xfd", "\xfe", "\x7e\x00\x7e", "\x7e\xff\xff", "\x7f\x00\x00\x00\x00\x00\x01\x00\x00",
	"\x7f\x80\x00\x00\x00\x00\x00\x00\x00", "\xff\xff", "\x00\x00\x00\x00", "\x37\xfa\x21\x3d",
	"\x03\xe8", "\x03\xe9", "\x03\xea", "\x03\xed", "\x03\xee", "\x03\xef", "\x03\xf3", "\x03\xf7", "\x0b\xb8", "\x0f\xa0", "\x13\x87", "\x13\x88",
	"\x89\x00", "\x8a\x00", "\x89\x80\x37\xfa\x21\x3d", "\x8a\x80\x37\xfa\x21\x3d", "\x88\x02\x03\xe8",
	"\x00\x00\xff\xff", "\x0d\x90\x0f\x00", "\x0d\x90\x0f", "a\x00", "h\xc3\xa9", "\xed\xa0\x80", "\r\n", "\r\n\r\n",
}

// byteEdits are the changes that mutateBytes makes.
var byteEdits = []func(b, other []byte, rng *rand.Rand) []byte{
	flipBit, setByte, addToByte, addToWord, insertByte, cutOut, cutTail, repeatStretch, insertWord, writeWord, takeFrom, crossOver,
}

// mutateBytes is the Mutate of targets whose input is bytes. It makes one or a few small changes, some
// of them with constants of the protocol.
func mutateBytes(dst, in, other []byte, rng *rand.Rand) []byte {
	dst = append(dst, in...)
	for range drawEditCount(rng) {
		dst = byteEdits[rng.IntN(len(byteEdits))](dst, other, rng)
	}
	return dst
}

// drawEditCount draws how many changes are made at once: mostly one or two, sometimes up to eight.
func drawEditCount(rng *rand.Rand) int {
	n := 1
	for r := rng.Uint64(); r&1 != 0 && n < 8; r >>= 1 {
		n++
	}
	return n
}

// drawStretch draws a short, non-empty range of n things. n must be greater than 0.
func drawStretch(n int, rng *rand.Rand) (from, to int) {
	from = rng.IntN(n)
	return from, from + 1 + rng.IntN(min(n-from, 1<<rng.IntN(7)))
}

func flipBit(b, _ []byte, rng *rand.Rand) []byte {
	if len(b) > 0 {
		b[rng.IntN(len(b))] ^= 1 << rng.IntN(8)
	}
	return b
}

func setByte(b, _ []byte, rng *rand.Rand) []byte {
	if len(b) > 0 {
		b[rng.IntN(len(b))] = byte(rng.Uint32())
	}
	return b
}

func addToByte(b, _ []byte, rng *rand.Rand) []byte {
	if len(b) > 0 {
		b[rng.IntN(len(b))] += byte(rng.IntN(33) - 16)
	}
	return b
}

func addToWord(b, _ []byte, rng *rand.Rand) []byte {
	if len(b) > 1 {
		w := b[rng.IntN(len(b)-1):]
		binary.BigEndian.PutUint16(w, binary.BigEndian.Uint16(w)+uint16(rng.IntN(33)-16))
	}
	return b
}

func insertByte(b, _ []byte, rng *rand.Rand) []byte {
	return insertInto(b, rng.IntN(len(b)+1), []byte{byte(rng.Uint32())})
}

func cutOut(b, _ []byte, rng *rand.Rand) []byte {
	if len(b) == 0 {
		return b
	}
	from, to := drawStretch(len(b), rng)
	return append(b[:from], b[to:]...)
}

func cutTail(b, _ []byte, rng *rand.Rand) []byte { return b[:rng.IntN(len(b)+1)] }

func repeatStretch(b, _ []byte, rng *rand.Rand) []byte { return takeFrom(b, b, rng) }

func insertWord(b, _ []byte, rng *rand.Rand) []byte {
	return insertInto(b, rng.IntN(len(b)+1), []byte(dictionary[rng.IntN(len(dictionary))]))
}

func writeWord(b, _ []byte, rng *rand.Rand) []byte {
	copy(b[rng.IntN(len(b)+1):], dictionary[rng.IntN(len(dictionary))])
	return b
}

// takeFrom inserts a range of the other input.
func takeFrom(b, other []byte, rng *rand.Rand) []byte {
	if len(other) == 0 {
		return b
	}
	from, to := drawStretch(len(other), rng)
	return insertInto(b, rng.IntN(len(b)+1), other[from:to])
}

// crossOver replaces the end of b by an end of the other input.
func crossOver(b, other []byte, rng *rand.Rand) []byte {
	return append(b[:rng.IntN(len(b)+1)], other[rng.IntN(len(other)+1):]...)
}

// insertInto inserts what into s. what may be a part of s.
func insertInto[T any](s []T, at int, what []T) []T {
	n := len(s)
	s = append(s, what...)
	rotateLeft(s[at:], n-at)
	return s
}

// rotateLeft moves the first n elements of s behind the others.
func rotateLeft[T any](s []T, n int) {
	slices.Reverse(s[:n])
	slices.Reverse(s[n:])
	slices.Reverse(s)
}

// byteTries is how many inputs ShrinkBytes tries at most.
const byteTries = 10_000

// ShrinkBytes is the Shrink of targets whose input is bytes. It cuts out shorter and shorter
// ranges, then sets single bytes to zero. It tries at most 10,000 inputs.
func ShrinkBytes(in []byte, fails func([]byte) bool) []byte {
	best, tries := append([]byte(nil), in...), 0
	take := func(c []byte) bool {
		if tries++; tries > byteTries || !fails(c) {
			return false
		}
		best = c
		return true
	}
	for size := len(best); size > 0; size /= 2 {
		for at := 0; at < len(best); {
			c := append(append([]byte(nil), best[:at]...), best[min(at+size, len(best)):]...)
			if !take(c) {
				at += size
			}
		}
	}
	for i := range best {
		if best[i] != 0 {
			c := append([]byte(nil), best...)
			c[i] = 0
			take(c)
		}
	}
	return best
}
