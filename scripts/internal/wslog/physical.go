package wslog

import (
	"bufio"
	"bytes"
)

// Limits of a line of the file. A longer one loses its middle: a message is all that
// anybody prints at such a length, and of a message only the length matters.
const (
	MaxLine  = 1 << 20 // bytes of a line that is kept whole
	keptPart = 64 << 10
)

// physicalLines reads the lines of a file, in bounded memory.
type physicalLines struct {
	in     *bufio.Reader
	buf    []byte
	number int // of the line that was read last, from 1
	cut    int // how many bytes that line lost
}

// next returns the next line without its end; it is valid until the next call. At the end
// of the file it returns nil and the reader's error.
func (p *physicalLines) next() ([]byte, error) {
	p.buf, p.cut = p.buf[:0], 0
	for {
		b, err := p.in.ReadSlice('\n')
		p.buf = append(p.buf, b...)
		if n := len(p.buf); n > MaxLine {
			p.cut += n - 2*keptPart
			p.buf = append(p.buf[:keptPart], p.buf[n-keptPart:]...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if len(p.buf) == 0 {
			return nil, err
		}
		p.number++
		return bytes.TrimRight(p.buf, "\r\n"), nil
	}
}
