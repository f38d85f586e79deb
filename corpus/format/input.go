package format

import (
	"errors"
	"fmt"
)

// MaxInput is how many bytes an input may have.
const MaxInput = 1 << 20

// maxFile is how many bytes a file with one input may have: in a Go literal a byte
// takes up to four.
const maxFile = 4*MaxInput + 4096

// ErrTooLarge is the reason for which something is not read that is beyond a limit.
var ErrTooLarge = errors.New("too large")

// Input is what a fuzz target is called with.
type Input struct {
	Form Form
	Data []byte
}

// Form is what the bytes of an input are.
type Form string

const (
	// Raw bytes are the value of the target's one argument, a []byte. The empty form
	// means the same.
	Raw Form = "raw"
	// Args are the arguments of a target with others: a file "go test fuzz v1", as the
	// engine writes it.
	Args Form = "args"
	// Trace is Raw, and the bytes are a trace in the binary form of package model.
	Trace Form = "trace"
)

// Check refuses what is no form.
func (f Form) Check() error {
	switch f {
	case "", Raw, Args, Trace:
		return nil
	}
	return fmt.Errorf("form %.80q: want raw, args or trace", string(f))
}

// rawBytes is the bytes for formats that know only those.
func (in Input) rawBytes() ([]byte, error) {
	if in.Form == Args {
		return nil, errors.New("the input has arguments other than one []byte: only the formats go and json take it")
	}
	return in.Data, nil
}

func checkSize(n int) error {
	if n > MaxInput {
		return fmt.Errorf("%w: %d bytes, more than %d", ErrTooLarge, n, MaxInput)
	}
	return nil
}
