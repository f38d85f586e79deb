package format

import (
	"errors"
	"fmt"
)

// ErrTooMuch says that an import is beyond its [Limits]. It ends the sequence that yields it.
var ErrTooMuch = errors.New("too much for one import")

// Limits bound what an import reads from all its folders and files together. A small archive may
// hold much: its members may share their bytes. What a reader refuses counts, too.
type Limits struct {
	Files int   // how many more
	Bytes int64 // how many more, after unpacking
}

// NewLimits returns the limits of an import: 1,048,576 files with 1 GiB.
func NewLimits() *Limits { return &Limits{Files: 1 << 20, Bytes: 1 << 30} }

// takeFile counts a file before it is read.
func (l *Limits) takeFile() error {
	if l.Files <= 0 || l.Bytes <= 0 {
		return fmt.Errorf("%w: more than %d files or %d bytes in all; import the rest in parts", ErrTooMuch, NewLimits().Files, NewLimits().Bytes)
	}
	l.Files--
	return nil
}

// takeBytes counts what was read of a file.
func (l *Limits) takeBytes(n int) { l.Bytes -= int64(n) }
