package remote

import (
	"errors"
	"io"
	"syscall"
)

// tries is how often an object is asked for.
const tries = 3

// whole reads an object. It asks again if the connection broke: the clients of the services
// do not once bytes have come, and whoever loads a corpus reads thousands.
func whole(read func() ([]byte, error)) (data []byte, err error) {
	for range tries {
		data, err = read()
		if !broke(err) {
			break
		}
	}
	return data, err
}

func broke(err error) bool {
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)
}
