package wslog

import (
	"fmt"
	"strings"
)

// Pattern is what a log shows of a payload: the whole, or its length and perhaps
// its beginning and its end. It is comparable.
type Pattern struct {
	Head string // all of it if len(Head) == Len
	Tail string
	Len  int // in bytes
}

// Whole reports whether the log shows every byte.
func (p Pattern) Whole() bool { return p.Len == len(p.Head) }

// MayEqual reports whether p and q can be the same bytes: nothing that both show
// differs.
func (p Pattern) MayEqual(q Pattern) bool {
	if p.Len != q.Len {
		return false
	}
	a, b := p.tail(), q.tail()
	h, t := min(len(p.Head), len(q.Head)), min(len(a), len(b))
	return p.Head[:h] == q.Head[:h] && a[len(a)-t:] == b[len(b)-t:]
}

func (p Pattern) tail() string {
	if p.Whole() {
		return p.Head
	}
	return p.Tail
}

// The bytes of a shortened payload that stand for it in a transcript, at most:
// together with the words between them they still fit a control frame.
const maxHead, maxTail = 64, 32

// stand is bytes that stand for p in a transcript, where there is no room for
// patterns. Equal patterns have equal stands. The words in the middle keep it from
// looking like the mangling of anything, as far as bytes are not known.
func (p Pattern) stand() string {
	if p.Whole() {
		return p.Head
	}
	head, tail := p.Head, p.Tail
	if len(head) > maxHead {
		head = head[:maxHead]
	}
	if len(tail) > maxTail {
		tail = tail[len(tail)-maxTail:]
	}
	return fmt.Sprintf("%s...%d...%s", head, p.Len, tail)
}

// String is the payload as newer releases print it: as text where it is plain, else
// in hexadecimal.
func (p Pattern) String() string {
	switch {
	case p.Len == 0:
		return "''"
	case p.plain():
		return "'" + p.Head + "'"
	case p.Whole():
		return spaced(p.Head)
	}
	return spaced(p.Head) + "..." + spaced(p.Tail)
}

// plain reports whether p needs no escapes and cannot be taken for a shortened
// payload.
func (p Pattern) plain() bool {
	odd := func(r rune) bool { return r < ' ' || r > '~' || r == '\'' || r == '\\' }
	return p.Whole() && p.Len > 0 && !strings.ContainsFunc(p.Head, odd) && !strings.Contains(p.Head, "...")
}

func spaced(s string) string { return fmt.Sprintf("% x", s) }
