package peers

// Ping is a Ping frame as it reaches a peer; pings are numbered from 1.
type Ping struct {
	N    int
	Data string
}

// Pong is a Pong frame of a peer, and the number of the Ping that it answers, or 0 if it
// answers none.
type Pong struct {
	To   int
	Data string
}

// Peer is a personality of the other end: how it echoes a payload, and which Pings it
// answers, and when.
type Peer struct {
	Name   string
	Does   string // a sentence
	Breaks string // the section of RFC 6455 that it breaks; empty: legal
	Echo   func(payload string) string
	Manner Manner

	keeps automaton // accepts the payloads that Echo leaves as they are
}

// Answer appends the Pongs that come back after the given Pings arrived together, and
// before arrived in the round before. A round without Pings lets a late peer catch up.
func (p *Peer) Answer(pongs []Pong, pings, before []Ping) []Pong {
	return p.Manner(pongs, p.Echo, pings, before)
}

// peers are all personalities, the legal ones first.
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

// All returns the personalities, the legal ones first.
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
