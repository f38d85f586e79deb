package peers

// automaton accepts the payloads that a peer echoes unchanged, so that their share of very
// many payloads can be counted exactly. It begins in state 0, and accepts in the states
// whose bit is set in final.
type automaton struct {
	states int
	final  uint
	next   func(state int, b byte) int // -1: no payload that begins like this is accepted
}

func (a *automaton) accepts(state int) bool { return a.final>>state&1 != 0 }

var all = automaton{1, 1, func(int, byte) int { return 0 }}

var withoutNUL = automaton{1, 1, func(_ int, b byte) int {
	if b == 0 {
		return -1
	}
	return 0
}}

// untrimmed accepts what a trimming peer leaves as it is. Its state is 0 at the beginning,
// 1 after a byte that stays, and 2 after a blank.
var untrimmed = automaton{3, 1<<0 | 1<<1, func(state int, b byte) int {
	switch {
	case !isBlank(b):
		return 1
	case state == 0:
		return -1
	}
	return 2
}}

func isBlank(b byte) bool { return '\t' <= b && b <= '\r' || b == ' ' || b == 0 }

// acceptOnly accepts s alone. Its state is the number of bytes of s that were read.
func acceptOnly(s string) automaton {
	return automaton{len(s) + 1, 1 << len(s), func(state int, b byte) int {
		if state < len(s) && s[state] == b {
			return state + 1
		}
		return -1
	}}
}

// The states of validUTF8 say which bytes must follow. Those that begin with after restrict
// the next byte.
const (
	whole = iota
	oneMore
	twoMore
	threeMore
	afterE0
	afterED
	afterF0
	afterF4
	utf8States
)

// validUTF8 is the grammar of RFC 3629 section 4.
var validUTF8 = automaton{utf8States, 1 << whole, func(state int, b byte) int {
	if state == whole {
		return utf8Head(b)
	}
	from := [utf8States]byte{afterE0: 0xa0, afterF0: 0x90}
	to := [utf8States]byte{afterED: 0x9f, afterF4: 0x8f}
	if b < max(0x80, from[state]) || b > 0xbf || to[state] != 0 && b > to[state] {
		return -1
	}
	switch state {
	case oneMore:
		return whole
	case twoMore, afterE0, afterED:
		return oneMore
	}
	return twoMore
}}

// utf8Head returns the state after the first byte of a character.
func utf8Head(b byte) int {
	switch {
	case b < 0x80:
		return whole
	case b < 0xc2:
		return -1
	case b < 0xe0:
		return oneMore
	case b == 0xe0:
		return afterE0
	case b == 0xed:
		return afterED
	case b < 0xf0:
		return twoMore
	case b == 0xf0:
		return afterF0
	case b < 0xf4:
		return threeMore
	case b == 0xf4:
		return afterF4
	}
	return -1
}
