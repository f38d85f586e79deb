package model

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"
)

// suspect is a Pong that looks like the mangling of an owed Ping.
type suspect struct {
	ping, pong string   // their payloads
	how        mangling // what was done to the Ping's
	sure       bool     // the probability of a coincidence is below 2^-20
	op         int32    // the op that brought the Pong
}

// recordSuspect looks for an owed or excused Ping of which data may be a mangled echo. It
// reports whether there is one.
func (r *responder) recordSuspect(data string, op int32) bool {
	if data == "" || len(r.suspects) == maxExcused || slices.Contains(r.heard[:min(r.pings, maxHeard)], data) {
		return false
	}
	for _, list := range [...][]string{r.owed, r.excused, r.tooLong} {
		for i := len(list) - 1; i >= 0; i-- {
			how, certain := manglingOf(list[i], data)
			if how == notMangled {
				continue
			}
			certain -= bits.Len(uint(len(r.owed) + len(r.excused) + len(r.tooLong)))
			r.suspects = append(r.suspects, suspect{list[i], data, how, certain >= 20, op})
			return true
		}
	}
	return false
}

// clearSuspects drops the suspicions about a Ping whose exact answer comes after all: what
// looked mangled was another value of a counter or a clock.
func (r *responder) clearSuspects(ping string) {
	if len(r.suspects) > 0 {
		r.suspects = slices.DeleteFunc(r.suspects, func(x suspect) bool { return x.ping == ping })
	}
}

// convincingSuspect returns the first suspect that is beyond coincidence, or nil: by
// itself, or because the same mangling came three times.
func (r *responder) convincingSuspect() *suspect {
	var times [manglings]int
	for i := range r.suspects {
		x := &r.suspects[i]
		if times[x.how]++; x.sure || times[x.how] == 3 {
			return x
		}
	}
	return nil
}

// mangling is a way in which sloppy peers change what they echo.
type mangling uint8

const (
	notMangled mangling = iota
	cutAtNUL
	cutShort
	trimmed
	lengthened
	replaced
	bitFlipped
	manglings
)

var manglingWords = [manglings]string{
	"", "cut at its first NUL", "cut short", "stripped of white space", "with bytes added",
	"with its invalid UTF-8 replaced", "with one bit flipped",
}

// manglingOf returns by which mangling pong comes of ping, and how many bits agree: a
// coincidence has the probability 2^-bits. Numbers in decimal are compared as numbers: a
// digit has three bits of chance, and two numbers of one length are two values.
func manglingOf(ping, pong string) (mangling, int) {
	how, agree := compareBytes(ping, pong)
	switch {
	case how == notMangled:
		return notMangled, 0
	case isDecimal(ping) && isDecimal(pong):
		return how, 3 * agree
	case how == bitFlipped && len(ping) <= maxClock:
		return how, 0 // two values of a counter or a clock
	case how == bitFlipped:
		return how, 8*agree - bits.Len(uint(8*agree))
	}
	return how, 8 * agree
}

// maxClock is the length in bytes of the longest counter or clock in binary.
const maxClock = 8

// compareBytes returns by which mangling pong comes of ping, and how many bytes agree.
func compareBytes(ping, pong string) (mangling, int) {
	switch {
	case ping == pong || pong == "" || ping == "":
		return notMangled, 0
	case len(pong) < len(ping) && ping[:len(pong)] == pong:
		if ping[len(pong)] == 0 {
			return cutAtNUL, len(pong)
		}
		return cutShort, len(pong)
	case len(pong) < len(ping) && strings.TrimSpace(ping) == pong:
		return trimmed, len(pong)
	case len(pong) <= len(ping)+2 && strings.HasPrefix(pong, ping):
		return lengthened, len(ping)
	case strings.ToValidUTF8(ping, "\uFFFD") == pong || string(bytes.ToValidUTF8([]byte(ping), []byte("?"))) == pong:
		return replaced, len(ping)
	case len(ping) == len(pong) && differByOneBit(ping, pong):
		return bitFlipped, len(ping)
	}
	return notMangled, 0
}

// differByOneBit reports whether one bit differs in two strings of one length, and not
// between two digits: those are of two numbers, in decimal or in hexadecimal.
func differByOneBit(a, b string) bool {
	n := 0
	for i := range len(a) {
		if a[i] != b[i] && isHexDigit(a[i]) && isHexDigit(b[i]) {
			return false
		}
		n += bits.OnesCount8(a[i] ^ b[i])
	}
	return n == 1
}

func isHexDigit(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// isDecimal reports whether s consists of decimal digits.
func isDecimal(s string) bool { return strings.Trim(s, "0123456789") == "" }
