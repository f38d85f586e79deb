package model

import (
	"fmt"
	"slices"
)

// Verdict is how a run, a rule or a finding ends, in Autobahn's words. They are
// ordered: the worst is the greatest.
type Verdict uint8

// The verdicts. NotObserved and NotReached say that nothing can be said: they
// are counted and shown, and never stand for OK.
const (
	NotReached Verdict = iota
	NotObserved
	OK
	Informational
	NonStrict
	FAILED
)

var verdictNames = [...]string{"not reached", "not observed", "OK", "INFORMATIONAL", "NON-STRICT", "FAILED"}

// String is the verdict as it is printed.
func (v Verdict) String() string { return verdictNames[v] }

// MarshalText is String, for JSON.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText is the verdict that is printed so.
func (v *Verdict) UnmarshalText(text []byte) error {
	i := slices.Index(verdictNames[:], string(text))
	if i < 0 {
		return fmt.Errorf("%q is no verdict", text)
	}
	*v = Verdict(i)
	return nil
}

// Certainty says whether a finding follows from what was seen, or is the best
// reading of it.
type Certainty string

// The certainties.
const (
	Proved   Certainty = "proved"
	Inferred Certainty = "inferred"
)

// Vantage is the place from which the subject was seen.
type Vantage string

// The vantages.
const (
	InProcess Vantage = "in process"
	ByDriver  Vantage = "driver"
	OnWire    Vantage = "wire"
	InLog     Vantage = "log"
)

// Words says from where a finding was seen: "seen by a driver".
func (v Vantage) Words() string {
	switch v {
	case ByDriver:
		return "seen by a driver"
	case OnWire:
		return "seen on the wire"
	case InLog:
		return "seen in a log"
	}
	return "seen in process"
}
