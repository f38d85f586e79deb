package model

import (
	"fmt"
	"slices"
)

// Verdict is the result of a run, a rule or a finding, in Autobahn's words. Verdicts are
// ordered: the worst is the greatest.
type Verdict uint8

// The verdicts. NotReached says that a rule was not put to the test, NotObserved that what
// it needs cannot be seen of the subject. Neither counts as OK.
const (
	NotReached Verdict = iota
	NotObserved
	OK
	Informational
	NonStrict
	FAILED
)

var verdictNames = [...]string{"not reached", "not observed", "OK", "INFORMATIONAL", "NON-STRICT", "FAILED"}

// String returns the verdict as it is printed.
func (v Verdict) String() string { return verdictNames[v] }

// MarshalText returns String, for JSON.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// UnmarshalText sets the verdict that is printed as text.
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

// Words returns the vantage in words: "seen by a driver".
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
