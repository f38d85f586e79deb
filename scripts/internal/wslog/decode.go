package wslog

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// decodeText returns a reader of UTF-8: it converts UTF-16, which PowerShell writes, and
// drops a byte order mark.
func decodeText(in *bufio.Reader) *bufio.Reader {
	begin, _ := in.Peek(64)
	switch {
	case bytes.HasPrefix(begin, []byte("\xef\xbb\xbf")):
		_, _ = in.Discard(3)
	case bytes.HasPrefix(begin, []byte("\xff\xfe")):
		_, _ = in.Discard(2)
		return bufio.NewReader(&utf16Reader{in: in, order: binary.LittleEndian})
	case bytes.HasPrefix(begin, []byte("\xfe\xff")):
		_, _ = in.Discard(2)
		return bufio.NewReader(&utf16Reader{in: in, order: binary.BigEndian})
	case hasZeros(begin, 1):
		return bufio.NewReader(&utf16Reader{in: in, order: binary.LittleEndian})
	case hasZeros(begin, 0):
		return bufio.NewReader(&utf16Reader{in: in, order: binary.BigEndian})
	}
	return in
}

// hasZeros reports whether b is ASCII text in UTF-16: from index at on every second byte is
// zero, and no other.
func hasZeros(b []byte, at int) bool {
	if len(b) < 8 {
		return false
	}
	for i, c := range b {
		if (c == 0) != (i%2 == at) || c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// utf16Reader converts UTF-16 to UTF-8.
type utf16Reader struct {
	in    *bufio.Reader
	order binary.ByteOrder
	first rune // half of a pair that waits for the other; 0: none
	out   []byte
}

func (u *utf16Reader) Read(b []byte) (int, error) {
	for len(u.out) == 0 {
		var unit [2]byte
		if _, err := io.ReadFull(u.in, unit[:]); err != nil {
			if err == io.ErrUnexpectedEOF {
				err = io.EOF // an odd byte at the end
			}
			return 0, err
		}
		u.addUnit(rune(u.order.Uint16(unit[:])))
	}
	n := copy(b, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) addUnit(r rune) {
	u.out = u.out[:0]
	if u.first != 0 {
		pair := utf16.DecodeRune(u.first, r)
		u.first = 0
		u.out = utf8.AppendRune(u.out, pair)
		if pair != utf8.RuneError {
			return
		}
	}
	if r >= 0xd800 && r < 0xdc00 {
		u.first = r
		return
	}
	u.out = utf8.AppendRune(u.out, r)
}
