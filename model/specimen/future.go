package specimen

import (
	"errors"
	"time"
)

// errInvalidState says that a Future cannot be completed because it is done. Python calls it
// InvalidStateError.
var errInvalidState = errors.New("invalid state")

// Future is the promise of a result; the waiter for a Pong holds one. It ends once: it is
// completed with a result, failed or cancelled. The zero Future is pending.
//
// Cancelling a Future that is done does nothing, since both sides may be first. Completing one
// that is done is a mistake of the program, and is refused. The mistake of the incident was to
// complete without checking whether the other side had cancelled.
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

// Done reports whether f has ended in any way.
func (f *Future) Done() bool { return f.state != pending }

// Complete ends f with a result. The error is ErrInvalidState if f is done.
func (f *Future) Complete(result time.Duration) error {
	if f.Done() {
		return errInvalidState
	}
	f.state, f.result = completed, result
	return nil
}

// fail ends f without a result. The error is ErrInvalidState if f is done.
func (f *Future) fail() error {
	if f.Done() {
		return errInvalidState
	}
	f.state = failed
	return nil
}

// Cancel ends f if it is pending. It reports whether f was pending.
func (f *Future) Cancel() bool {
	if f.Done() {
		return false
	}
	f.state = cancelled
	return true
}
