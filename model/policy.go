package model

import "strings"

// Policy says which waiters a Pong acknowledges.
type Policy uint8

// The policies. All are legal: RFC 6455 says nothing about who waits for what.
const (
	OpenPolicy Policy = iota // not fixed
	UpTo                     // its ping and every earlier one
	Exact                    // its own ping only
	Latest                   // its own ping, if it is the newest
	AnyPong                  // every pending one, whatever the payload
	SingleSlot               // the one pending ping, whatever the payload; a second is refused
	Counter                  // the oldest pending one, whatever the payload
	policies
)

var policyNames = [policies]string{"open", "up-to", "exact", "latest", "any-pong", "single-slot", "counter"}

// String returns the name of the policy.
func (p Policy) String() string { return policyNames[p] }

// Policies is a set of policies.
type Policies uint8

// AllPolicies holds every policy but OpenPolicy.
const AllPolicies = Policies(1<<policies-1) &^ (1 << OpenPolicy)

// String lists them: "exact", "exact or latest", "mixed" for none.
func (ps Policies) String() string {
	var names []string
	for p := UpTo; p < policies; p++ {
		if ps>>p&1 != 0 {
			names = append(names, p.String())
		}
	}
	if names == nil {
		return "mixed"
	}
	return strings.Join(names, " or ")
}

// Must returns the places that a Pong acknowledges under p in every reading: whichever of
// several equal entries it ended, and whether or not a cancelled entry keeps its place.
// Under up-to a cancelled entry keeps it. OpenPolicy returns what every policy
// acknowledges.
//
// Places are those of a table of at most 64 pings that the subject may remember, in the
// order of their frames on the wire. A set of places is a mask with bit 0 for the oldest
// ping. match are the places with the Pong's payload, live those that wait, gone those
// that were cancelled, and newest is the place of the newest ping, or 0 if that has none.
func (p Policy) Must(match, live, gone, newest uint64) uint64 {
	if match == 0 && p < AnyPong {
		return 0
	}
	lowest := match & -match
	upTo := lowest<<1 - 1
	own := match == lowest && match&gone == 0
	switch p {
	case OpenPolicy:
		must := ^uint64(0)
		for p := UpTo; p < policies; p++ {
			must &= p.Must(match, live, gone, newest)
		}
		return must
	case UpTo:
		return live & upTo
	case Exact:
		if own {
			return live & match
		}
	case Latest:
		if own && match == newest {
			return live & match
		}
	case AnyPong, SingleSlot:
		return live
	case Counter:
		return live & -live
	}
	return 0
}

// Either returns the places of equal payloads of which policy p must acknowledge at least
// one, where the endpoint may choose which. It is empty if a cancelled entry could absorb
// the Pong. Places are those of [Policy.Must].
func (p Policy) Either(match, live, gone, newest uint64) uint64 {
	if match&(match-1) == 0 || match&gone != 0 || match&^live != 0 {
		return 0
	}
	oldest := live & -live
	switch {
	case p == Exact, p == Latest && match&newest != 0, p == OpenPolicy && match&newest != 0 && match&oldest != 0:
		return match
	}
	return 0
}

// May returns the places that a Pong acknowledges under p in some reading. Places are those
// of [Policy.Must].
func (p Policy) May(match, live uint64) uint64 {
	switch p {
	case UpTo:
		highest := match
		for highest&(highest-1) != 0 {
			highest &= highest - 1
		}
		if highest == 0 {
			return 0
		}
		return live & (highest<<1 - 1)
	case Exact, Latest:
		return live & match
	}
	return live
}
