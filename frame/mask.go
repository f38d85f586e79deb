package frame

import (
	"encoding/binary"
	"math/bits"
)

// xor writes src, masked or unmasked with key, to the start of dst, which must
// not overlap src: byte i is combined with byte i modulo 4 of the key (RFC 6455
// section 5.3).
func xor(dst, src []byte, key [4]byte) {
	n := len(src)
	dst = dst[:n]
	k4 := binary.LittleEndian.Uint32(key[:])
	k := uint64(k4)<<32 | uint64(k4)
	// The key as the last bytes see it, when their number is a multiple of four.
	tail := bits.RotateLeft64(k, -8*(n&3))
	switch {
	case n >= 32:
		for i := 0; i < n-32; i += 32 {
			xor32((*[32]byte)(dst[i:]), (*[32]byte)(src[i:]), k)
		}
		xor32((*[32]byte)(dst[n-32:]), (*[32]byte)(src[n-32:]), tail) // perhaps some of them once more
	case n >= 8:
		for i := 0; i < n-8; i += 8 {
			store(dst[i:], load(src[i:])^k)
		}
		store(dst[n-8:], load(src[n-8:])^tail)
	default:
		for i, c := range src {
			dst[i] = c ^ byte(k>>(8*i))
		}
	}
}

func xor32(d, s *[32]byte, k uint64) {
	store(d[0:], load(s[0:])^k)
	store(d[8:], load(s[8:])^k)
	store(d[16:], load(s[16:])^k)
	store(d[24:], load(s[24:])^k)
}

func load(b []byte) uint64     { return binary.LittleEndian.Uint64(b) }
func store(b []byte, v uint64) { binary.LittleEndian.PutUint64(b, v) }

// rotate returns the key as it applies from offset on.
func rotate(key [4]byte, offset uint64) [4]byte {
	k := bits.RotateLeft32(binary.BigEndian.Uint32(key[:]), int(8*(offset%4)))
	binary.BigEndian.PutUint32(key[:], k)
	return key
}
