package specimen

import (
	"errors"
	"time"
)

// ErrInvalidState says that a Future was to be completed although it is done.
// Python's name for it is InvalidStateError.
var ErrInvalidState = errors.New("invalid state")

// Future is the promise of a result: whoever waits for a Pong holds one. It ends
// once: completed with a result, failed or cancelled. The zero Future is pending.
//
// Cancelling a Future that is done does nothing, for both sides may be first.
// Completing one that is done is a mistake of the program's, and refused. To take
// that for granted where the other side may have cancelled is the mistake of the
// incident.
type Future struct {
	state  futureState
	result time.Duration
}

type futureState uint8

const (
	pending futureState = iota
	completed
	failed
	cancelled
)

// Done reports whether f ended, in whatever way.
func (f *Future) Done() bool { return f.state != pending }

// Complete ends f with a result; the error is ErrInvalidState if it is done.
func (f *Future) Complete(result time.Duration) error {
	if f.Done() {
		return ErrInvalidState
	}
	f.state, f.result = completed, result
	return nil
}

// Fail ends f without a result; the error is ErrInvalidState if it is done.
func (f *Future) Fail() error {
	if f.Done() {
		return ErrInvalidState
	}
	f.state = failed
	return nil
}

// Cancel ends f if it is pending; it reports whether that was so.
func (f *Future) Cancel() bool {
	if f.Done() {
		return false
	}
	f.state = cancelled
	return true
}
