package remote

import (
	"errors"
	"io"
	"syscall"
)

// maxReads is how often an answer is requested whose connection breaks.
const maxReads = 3

// readWhole calls read, and again if the connection broke. The HTTP clients repeat requests
// only until the first byte of the answer, and a corpus takes thousands of answers.
func readWhole[T any](read func() (T, error)) (got T, err error) {
	for range maxReads {
		got, err = read()
		if !isBroken(err) {
			break
		}
	}
	return got, err
}

// isBroken reports whether an error says that the connection broke.
func isBroken(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)
}
