package format

import "fmt"

// Form is what the bytes of an input are.
type Form string

const (
	Raw   Form = "raw"   // the value of the target's only []byte argument; also ""
	Args  Form = "args"  // a file "go test fuzz v1" with the arguments, for targets of other arguments
	Trace Form = "trace" // raw, and a trace in the binary form of package model
)

// Check refuses what is no form.
func (f Form) Check() error {
	switch f {
	case "", Raw, Args, Trace:
		return nil
	}
	return fmt.Errorf("form %.80q: want raw, args or trace", string(f))
}
