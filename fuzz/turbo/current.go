package turbo

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// currentName is the file of [Options].Dir with the running input.
const currentName = "current"

// current is the running input, in memory that is mapped to a file. It outlives the process,
// however that ends, and costs only a copy.
//
// The file has the number of the execution, the length of the input, and the input. Both numbers
// have eight bytes, little-endian.
type current struct {
	name string // of the file
	file []byte // its bytes, mapped
}

const currentHead = 16

// recordInput stores the input that is about to run.
func (c *current) recordInput(exec int, in []byte) {
	if c == nil {
		return
	}
	n := copy(c.file[currentHead:], in)
	binary.LittleEndian.PutUint64(c.file, uint64(exec))
	binary.LittleEndian.PutUint64(c.file[8:], uint64(n))
}

// readCurrent reads the file named current in [Options].Dir. It returns the input that a run is
// at, or at which the run died, and the number of its execution. The input is nil if the run ended
// by itself.
//
// A process that watches another sees by the number whether it makes progress, and kills it if it
// hangs. The next run skips that input.
func readCurrent(name string) (exec int, in []byte, err error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil, nil
	}
	if err != nil {
		return 0, nil, err
	}
	if len(b) < currentHead {
		return 0, nil, nil // it died before the first
	}
	n := binary.LittleEndian.Uint64(b[8:])
	if n > uint64(len(b)-currentHead) {
		return 0, nil, fmt.Errorf("%s: an input of %d bytes in a file of %d: remove it", name, n, len(b))
	}
	if exec = int(binary.LittleEndian.Uint64(b)); exec == 0 {
		return 0, nil, nil
	}
	return exec, b[currentHead : currentHead+n], nil
}

func createCurrent(name string, maxLen int) (*current, error) {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return nil, err
	}
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size := currentHead + maxLen
	if err := f.Truncate(int64(size)); err != nil {
		return nil, err
	}
	file, err := mapFile(f, size)
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", name, err)
	}
	return &current{name, file}, nil
}

// removeFile says that no input is running any more.
func (c *current) removeFile() error {
	if c == nil {
		return nil
	}
	if err := unmapFile(c.file); err != nil {
		return err
	}
	return os.Remove(c.name)
}
