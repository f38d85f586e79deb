package wslog

import (
	"fmt"
	"hash/crc32"
	"strings"
)

// Pattern holds what a log shows of a payload: all of it, or its length and perhaps its
// beginning and end. It is comparable.
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
	a, b := p.knownTail(), q.knownTail()
	h, t := min(len(p.Head), len(q.Head)), min(len(a), len(b))
	return p.Head[:h] == q.Head[:h] && a[len(a)-t:] == b[len(b)-t:]
}

// knownTail returns the last bytes that the log shows.
func (p Pattern) knownTail() string {
	if p.Whole() {
		return p.Head
	}
	return p.Tail
}

// maxHead and maxTail bound the bytes by which a shortened payload is written in a
// transcript. With the words between them they still fit a control frame.
const maxHead, maxTail = 64, 32

// standIn returns bytes that stand for p in a transcript, which has no patterns. Equal
// patterns have equal stand-ins. A hash of the whole pattern at their end keeps a stand-in from
// looking like a mangled copy of another payload: nothing that the log does not show is compared.
func (p Pattern) standIn() string {
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
	whole := fmt.Sprintf("%s...%d...%s", head, p.Len, tail)
	return fmt.Sprintf("%s#%08x", whole, crc32.ChecksumIEEE([]byte(whole)))
}

// String returns the payload as newer releases print it: as text if it is plain, else in
// hexadecimal.
func (p Pattern) String() string {
	switch {
	case p.Len == 0:
		return "''"
	case p.isPlain():
		return "'" + p.Head + "'"
	case p.Whole():
		return hexBytes(p.Head)
	}
	return hexBytes(p.Head) + "..." + hexBytes(p.Tail)
}

// isPlain reports whether p needs no escapes and cannot be taken for a shortened
// payload.
func (p Pattern) isPlain() bool {
	odd := func(r rune) bool { return r < ' ' || r > '~' || r == '\'' || r == '\\' }
	return p.Whole() && p.Len > 0 && !strings.ContainsFunc(p.Head, odd) && !strings.Contains(p.Head, "...")
}

func hexBytes(s string) string { return fmt.Sprintf("% x", s) }
