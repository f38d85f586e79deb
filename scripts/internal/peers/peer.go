package peers

// Ping is a Ping frame as it reaches a peer; pings are numbered from 1.
type Ping struct {
	N    int
	Data string
}

// Pong is a Pong frame of a peer's, and the number of the Ping that it answers: 0
// for one that answers none.
type Pong struct {
	To   int
	Data string
}

// Peer is a personality of the other end: what it makes of a payload, and which
// Pings it answers when. Whoever makes one sets both; the Manner may be another's.
type Peer struct {
	Name   string
	Does   string // a sentence
	Breaks string // the section of RFC 6455 that it breaks; empty: legal
	Echo   func(payload string) string
	Manner Manner

	keeps automaton // accepts the payloads that Echo leaves as they are
}

// Answer appends the Pongs that come back when the given Pings have arrived together,
// after those of the round before. A round without Pings lets a peer that is late
// catch up.
func (p *Peer) Answer(pongs []Pong, pings, before []Ping) []Pong {
	return p.Manner(pongs, p.Echo, pings, before)
}

// peers begin with the legal ones.
var peers = []Peer{
	{"honest", "answers every Ping with its payload, in order", "", echoSame, answerEach, all},
	{"most-recent", "answers only the newest of the Pings that arrive together", "", echoSame, answerNewest, all},
	{"duplicating", "says every Pong twice", "", echoSame, answerTwice, all},
	{"reordering", "answers the Pings that arrive together from the newest to the oldest", "", echoSame, answerBackwards, all},
	{"delaying", "answers a round late: when the next Pings have come, but not those", "", echoSame, answerLate, all},
	{"heartbeat", "answers every Ping, and sends an empty Pong of its own before each answer", "", echoSame, answerBeating, all},
	{"c-string", "cuts the payload at its first NUL", "5.5.3", echoCString, answerEach, withoutNUL},
	{"utf-8", "puts U+FFFD for every byte that is no part of UTF-8", "5.5.3", echoUTF8, answerEach, validUTF8},
	{"trimming", "trims ASCII blanks (tab, line feed, vertical tab, form feed, return, space) and NULs at both ends", "5.5.3", echoTrimmed, answerEach, untrimmed},
	{"empty", "answers every Ping with an empty Pong", "5.5.3", echoConstant(""), answerEach, acceptOnly("")},
	{"constant", `answers every Ping with "Hi!"`, "5.5.3", echoConstant("Hi!"), answerEach, acceptOnly("Hi!")},
	{"hostile", "flips the lowest bit of the last byte, which makes one number of a counter another; an empty payload stays empty", "5.5.3", echoFlipped, answerEach, acceptOnly("")},
	{"silent", "never answers", "5.5.2", echoSame, answerNever, all},
}

// All are the personalities, the legal ones first.
func All() []Peer { return append([]Peer(nil), peers...) }

// Find finds a personality by its name.
func Find(name string) (Peer, bool) {
	for _, p := range peers {
		if p.Name == name {
			return p, true
		}
	}
	return Peer{}, false
}
