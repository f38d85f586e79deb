package arena

import "unsafe"

// Arena holds the payloads of a trace. An echo is copied on purpose: comparing a
// string with itself compares pointers only, and would flatter every measurement.
type Arena struct {
	chunks [][]byte
	now    int // the chunk in use
}

// Chunks double in size up to the greatest: most traces need few bytes.
const (
	firstChunk = 1 << 10
	mostDouble = 6
)

// Reset frees what was copied: strings from before must not be used any more.
func (a *Arena) Reset() {
	for i := range a.chunks {
		a.chunks[i] = a.chunks[i][:0]
	}
	a.now = 0
}

// room gives the chunk with room for n more bytes.
func (a *Arena) room(n int) *[]byte {
	for ; a.now < len(a.chunks); a.now++ {
		if c := &a.chunks[a.now]; cap(*c)-len(*c) >= n {
			return c
		}
	}
	a.chunks = append(a.chunks, make([]byte, 0, max(firstChunk<<min(len(a.chunks), mostDouble), n)))
	return &a.chunks[a.now]
}

// Join copies the two strings, one behind the other.
func (a *Arena) Join(s, t string) string {
	if len(s)+len(t) == 0 {
		return ""
	}
	c := a.room(len(s) + len(t))
	from := len(*c)
	*c = append(append(*c, s...), t...)
	return unsafe.String(&(*c)[from], len(s)+len(t))
}

// Flip copies s with one bit flipped.
func (a *Arena) Flip(s string, bit int) string {
	if s == "" {
		return ""
	}
	c := a.room(len(s))
	from := len(*c)
	*c = append(*c, s...)
	(*c)[from+bit/8%len(s)] ^= 1 << (bit % 8)
	return unsafe.String(&(*c)[from], len(s))
}

// Copy copies b.
func (a *Arena) Copy(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	c := a.room(len(b))
	from := len(*c)
	*c = append(*c, b...)
	return unsafe.String(&(*c)[from], len(b))
}

// Run makes n times the byte b.
func (a *Arena) Run(b byte, n int) string {
	if n == 0 {
		return ""
	}
	c := a.room(n)
	from := len(*c)
	for range n {
		*c = append(*c, b)
	}
	return unsafe.String(&(*c)[from], n)
}
