package format

import (
	"errors"
	"fmt"
)

// maxInput is how many bytes an input may have.
const maxInput = 1 << 20

// maxFile is how many bytes a file with one input may have. A byte takes up to four in a Go
// literal.
const maxFile = 4*maxInput + 4096

// ErrTooLarge says that something is beyond a limit.
var ErrTooLarge = errors.New("too large")

// Input is what an engine calls a fuzz target with.
type Input struct {
	Form Form
	Data []byte
}

// Form says how to read the bytes of an input.
type Form string

const (
	// Raw bytes are the value of the target's one argument, a []byte. The empty form
	// means the same.
	Raw Form = "raw"
	// Args are the arguments of a target with others: a file "go test fuzz v1", as the
	// engine writes it.
	Args Form = "args"
	// Trace is Raw, and the bytes are a trace in the binary form of package text.
	Trace Form = "trace"
)

// Check returns an error unless f is a form.
func (f Form) Check() error {
	switch f {
	case "", Raw, Args, Trace:
		return nil
	}
	return fmt.Errorf("form %.80q: want raw, args or trace", string(f))
}

// rawBytes returns the bytes for a format that knows nothing else.
func (in Input) rawBytes() ([]byte, error) {
	if in.Form == Args {
		return nil, errors.New("the input has arguments other than one []byte: only the formats go and json take it")
	}
	return in.Data, nil
}

func checkSize(n int) error {
	if n > maxInput {
		return fmt.Errorf("%w: %d bytes, more than %d", ErrTooLarge, n, maxInput)
	}
	return nil
}
