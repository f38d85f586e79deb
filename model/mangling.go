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
	for _, list := range [...][]string{r.owed, r.excused} {
		for i := len(list) - 1; i >= 0; i-- {
			how, certain := manglingOf(list[i], data)
			if how == notMangled {
				continue
			}
			certain -= bits.Len(uint(len(r.owed) + len(r.excused)))
			r.suspects = append(r.suspects, suspect{list[i], data, how, certain >= 20, op})
			return true
		}
	}
	return false
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
// coincidence has the probability 2^-bits.
func manglingOf(ping, pong string) (mangling, int) {
	switch {
	case ping == pong || pong == "" || ping == "":
		return notMangled, 0
	case len(pong) < len(ping) && ping[:len(pong)] == pong:
		if ping[len(pong)] == 0 {
			return cutAtNUL, 8 * len(pong)
		}
		return cutShort, 8 * len(pong)
	case len(pong) < len(ping) && strings.TrimSpace(ping) == pong:
		return trimmed, 8 * len(pong)
	case len(pong) <= len(ping)+2 && strings.HasPrefix(pong, ping):
		return lengthened, 8 * len(ping)
	case strings.ToValidUTF8(ping, "\uFFFD") == pong || string(bytes.ToValidUTF8([]byte(ping), []byte("?"))) == pong:
		return replaced, 8 * len(ping)
	case len(ping) == len(pong) && differByOneBit(ping, pong):
		return bitFlipped, 8*len(ping) - bits.Len(uint(8*len(ping)))
	}
	return notMangled, 0
}

// differByOneBit reports whether one bit differs in two strings of one length.
func differByOneBit(a, b string) bool {
	n := 0
	for i := range len(a) {
		n += bits.OnesCount8(a[i] ^ b[i])
	}
	return n == 1
}
