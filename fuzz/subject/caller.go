package subject

import (
	"errors"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// What libraries leave to their callers: an adapter that breaks a rule which the
// documentation has for callers would show its own mistake.

// callerLock is a lock for one at a time. It is a channel, so that a bubble sees who waits.
type callerLock chan struct{}

// takeTurn waits for the turn, and returns what gives it back.
func (t callerLock) takeTurn() func() {
	t <- struct{}{}
	return func() { <-t }
}

var errTooLong = errors.New("longer than 125 bytes")

// limitToControl refuses payloads that are too long for a control frame (RFC 6455 section 5.5).
func limitToControl(write func(p []byte) error) func(p []byte) error {
	return func(p []byte) error {
		if len(p) > frame.MaxControl {
			return errTooLong
		}
		return write(p)
	}
}

// kindOfCaller is [harness.KindOf] for errors that may be the caller's own.
func kindOfCaller(err error) (model.ErrKind, string) {
	if errors.Is(err, errTooLong) {
		return model.ErrTooLong, err.Error()
	}
	return harness.KindOf(err)
}
