package frame

import (
	"bytes"
	"strings"
	"testing"
)

func TestXor(t *testing.T) {
	key := [4]byte{0x80, 0x01, 0x7f, 0xfe}
	for n := range 200 {
		src := []byte(strings.Repeat("payload!?", 30)[:n])
		dst := bytes.Repeat([]byte{'x'}, n+1)
		xor(dst, src, key)
		for i := range n {
			if want := src[i] ^ key[i%4]; dst[i] != want {
				t.Fatalf("byte %d of %d is %#x, want %#x", i, n, dst[i], want)
			}
		}
		if dst[n] != 'x' {
			t.Fatalf("%d bytes: the byte behind them was written", n)
		}
	}
	for offset := range uint64(9) {
		if got := rotate(key, offset)[1]; got != key[(offset+1)%4] {
			t.Errorf("at offset %d the second byte of the key is %#x", offset, got)
		}
	}
}
