//go:build !unix

package turbo

import (
	"errors"
	"os"
)

func mapFile(*os.File, int) ([]byte, error) {
	return nil, errors.New("not on this system: leave Options.Dir empty")
}

func unmapFile([]byte) error { return nil }
