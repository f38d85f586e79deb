package subject

import (
	"errors"
	"net"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
)

// What a library's documentation asks of its callers, an adapter must do. Otherwise a
// finding would show the adapter's mistake.

var errTooLong = errors.New("longer than 125 bytes")

// limitToControl returns a write that refuses payloads too long for a control frame (RFC 6455
// section 5.5).
func limitToControl(write func(p []byte) error) func(p []byte) error {
	return func(p []byte) error {
		if len(p) > frame.MaxControl {
			return errTooLong
		}
		return write(p)
	}
}

// kindOfCaller is [harness.KindOf] for errors that the adapter itself may have made.
func kindOfCaller(err error) (model.ErrKind, string) {
	if errors.Is(err, errTooLong) {
		return model.ErrTooLong, err.Error()
	}
	return harness.KindOf(err)
}

// ownClose remembers that the application sent its Close, for libraries that write whatever they
// are told. RFC 6455 section 5.5.1: "The application MUST NOT send any more data frames after
// sending a Close frame." Of the library's own Close, only the library knows.
type ownClose struct{ sent bool }

// admit returns net.ErrClosed for data and for a second Close once the application sent its Close.
// Only one goroutine may call it.
func (c *ownClose) admit(op frame.Opcode) error {
	if c.sent && (!op.Control() || op == frame.Close) {
		return net.ErrClosed
	}
	c.sent = c.sent || op == frame.Close
	return nil
}
