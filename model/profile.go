package model

import (
	"strings"
	"time"
)

// Equals says what a call does whose payload is pending already.
type Equals uint8

// What happens to equal payloads.
const (
	EqualsOpen    Equals = iota // not fixed
	EqualsRefused               // the call fails and sends nothing
	EqualsSent                  // the call sends, and adds a second entry
)

// Signs says what of the peer's shows a keepalive that the peer lives.
type Signs uint8

// The signs of life. Under OpenSigns a keepalive may take any Pong for one, and must take
// the Pong with the payload of its ping.
const (
	OpenSigns Signs = iota // not fixed
	PongSigns              // any Pong
	ByteSigns              // any bytes
)

// Profile holds the choices that RFC 6455 leaves open, as one subject makes
// them. The zero value of a field says that it is not fixed: then every legal
// choice is right. A field is fixed only if documentation says so; [Profile.Sources]
// has the place. A Profile is comparable. [FindProfile] reads the text form.
type Profile struct {
	Name   string // as traces and reports have it
	Policy Policy // which waiters a Pong acknowledges
	Equals Equals // what a call does whose payload is pending already
	Sends  bool   // ping(data) sends exactly data
	Leaves bool   // waiters are left pending for ever at the close
	Timed  bool   // latencies are told, and are round trips of the exact match
	Silent bool   // automatic answers are off: no verdict on Pongs

	// The keepalive. The fields after Keeps say how its timing differs from that of a
	// keepalive that pings at fixed times and gives each ping a time-out.
	Keeps     bool          // it pings every interval and gives up after the time-out
	Signs     Signs         // what shows that the peer lives
	Postpones bool          // a sign of life puts the next ping off by an interval
	Idles     bool          // a time-out counts from the last sign of life, not from a ping
	Polls     bool          // time-outs are looked at once an interval or time-out only
	Grain     time.Duration // deadlines are rounded: they may be this much early or late
}

// Source says where a field of a profile is documented.
type Source struct {
	Field string // its name in Profile
	Says  string // what the documentation says
	Place string // file or page of the subject's own documentation
}

// documented is a profile with the documentation of what it fixes.
type documented struct {
	Profile
	sources []Source
}

const (
	wsAsyncio   = "websockets, asyncio/connection.py, "
	wsLegacy    = "websockets, legacy/protocol.py, "
	wsThreading = "websockets, sync/connection.py, "
	wsTrio      = "websockets, trio/connection.py, "
	wsKeepalive = "websockets, docs/topics/keepalive.rst"
	wsUpTo      = `"Acknowledge all previous pings too in that case."`
	wsEquals    = `"If another ping was sent with the same data and the corresponding pong wasn't received yet": an error`
	wsLatency   = `"Latency is defined as the round-trip time of the connection ... a Ping frame and waiting for a matching Pong frame"`
	wsKeeps     = `"It sends a Ping frame every 20 seconds. It expects a Pong frame in return within 20 seconds. Else, it considers the connection broken and terminates it."`
	wsLeaves    = `"ack_on_close: when this option is True, the event will also be set when the connection is closed": False is the default`
)

// websocketsSources returns the sources that the profiles of python-websockets share.
func websocketsSources(file, upTo string) []Source {
	return []Source{
		{"Policy", wsUpTo, file + upTo},
		{"Equals", wsEquals, file + "ping"},
		{"Sends", `"data: Payload of the ping. A str will be encoded to UTF-8."`, file + "ping"},
		{"Timed", wsLatency, file + "latency"},
		{"Keeps", wsKeeps, wsKeepalive},
	}
}

// promisedSources returns the sources of a profile that no library documents. A specimen
// promises it in the documentation of its package, a user by naming it.
func promisedSources(specimen, policy string, fields ...string) []Source {
	sources := []Source{{"Policy", policy, "model/specimen, specimen/" + specimen}}
	for _, f := range fields {
		sources = append(sources, Source{f, "as its name says: it is a tracker by the book", "model/specimen, specimen/" + specimen})
	}
	return sources
}

// profiles has all profiles, "rfc" first.
var profiles = append([]documented{
	{Profile{Name: "rfc"}, nil},
	{Profile{Name: "websockets", Policy: UpTo, Equals: EqualsRefused, Sends: true, Timed: true, Keeps: true},
		websocketsSources(wsAsyncio, "acknowledge_pings")},
	{Profile{Name: "websockets-legacy", Policy: UpTo, Equals: EqualsRefused, Sends: true, Timed: true, Keeps: true},
		websocketsSources(wsLegacy, "read_data_frame")},
	{Profile{Name: "websockets-threading", Policy: UpTo, Equals: EqualsRefused, Sends: true, Leaves: true, Timed: true, Keeps: true},
		append(websocketsSources(wsThreading, "acknowledge_pings"), Source{"Leaves", wsLeaves, wsThreading + "ping"})},
	{Profile{Name: "websockets-trio", Policy: UpTo, Equals: EqualsRefused, Sends: true, Leaves: true, Timed: true, Keeps: true},
		append(websocketsSources(wsTrio, "acknowledge_pings"), Source{"Leaves", wsLeaves, wsTrio + "ping"})},
	{Profile{Name: "exact", Policy: Exact, Equals: EqualsRefused, Sends: true, Timed: true}, promisedSources("exact", `"a Pong acknowledges its own ping only"`, "Equals", "Sends", "Timed")},
	{Profile{Name: "any-pong", Policy: AnyPong, Equals: EqualsSent, Sends: true}, promisedSources("any", `"any Pong acknowledges every ping"`, "Equals", "Sends")},
	{Profile{Name: "coder"}, nil}, // its documentation names no policy: "Ping sends a ping to the peer and waits for a pong"
}, keepaliveProfiles...)

// Profiles returns all profiles, "rfc" first.
func Profiles() []Profile {
	ps := make([]Profile, len(profiles))
	for i := range profiles {
		ps[i] = profiles[i].Profile
	}
	return ps
}

// RFC returns the profile that fixes nothing.
func RFC() Profile { return profiles[0].Profile }

// FindProfile returns the profile of this name; the empty name stands for "rfc". A name
// with settings behind it, such as "mine keeps grain=1ms", is the text form of a profile
// that [ParseProfile] reads.
func FindProfile(name string) (Profile, bool) {
	if name == "" {
		return RFC(), true
	}
	for i := range profiles {
		if profiles[i].Name == name {
			return profiles[i].Profile, true
		}
	}
	if !strings.Contains(name, " ") {
		return Profile{}, false
	}
	p, err := ParseProfile(name)
	return p, err == nil
}

// Sources returns where each fixed field of the profile is documented.
func (p Profile) Sources() []Source {
	for i := range profiles {
		if profiles[i].Profile == p {
			return append([]Source(nil), profiles[i].sources...)
		}
	}
	return nil
}
