package turbo

import (
	"bufio"
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"unsafe"

	"github.com/pongcheck/pongcheck/fuzz/turbo/probe"
)

// errNoCounters says that this binary was built without edge counters. The package comment has the
// flags.
var errNoCounters = errors.New("no edge counters: build a test binary with -gcflags=MODULE/...=-d=libfuzzer")

// section is where Go's linker puts the counters: one byte for each edge of the packages compiled
// with -d=libfuzzer. After 255 an edge counts on from 1. See edge in
// cmd/compile/internal/walk/order.go.
const section = ".go.fuzzcntrs"

// Counters are the edge counters of this process. Only one goroutine may use them. They also count
// what other goroutines do meanwhile.
type Counters struct {
	live []byte      // where the compiled code counts
	seen [block]byte // a copy of one block, which does not change while it is scanned
}

// OpenCounters finds the counters of this process, on Linux only. The error says that there
// are none, or that they do not behave as expected. Then this version of Go has another
// layout, or package probe was left out of -gcflags.
func OpenCounters() (*Counters, error) {
	live, err := findSection("/proc/self/exe", "/proc/self/maps")
	if err != nil {
		return nil, err
	}
	c := &Counters{live: live}
	if err := c.checkProbe(); err != nil {
		return nil, err
	}
	return c, nil
}

// Len returns the number of counters.
func (c *Counters) Len() int { return len(c.live) }

// Clear sets all counters to zero.
//
//go:norace
func (c *Counters) Clear() { clear(c.live) }

// append appends a feature for each counter that is not zero: eight times its index
// plus the bucket of its value, which is 0 for 1, 1 for 2 and 3, up to 7 for 128
// and more.
//
//go:norace
func (c *Counters) append(features []uint32) []uint32 {
	for at := 0; at < len(c.live); at += block {
		part := c.live[at:min(at+block, len(c.live))]
		if bytes.Equal(part, none[:len(part)]) { // nearly all are
			continue
		}
		clear(c.seen[copy(c.seen[:], part):])
		for i := 0; i < block; i += 8 {
			if word := binary.LittleEndian.Uint64(c.seen[i:]); word != 0 {
				features = appendWord(features, uint32(at+i)*8, word)
			}
		}
	}
	return features
}

// block is how many counters are compared with zero at once.
const block = 128

var none [block]byte

// appendWord appends the features of eight counters. first is the feature of the lowest bucket of
// the first one.
func appendWord(features []uint32, first uint32, word uint64) []uint32 {
	for word != 0 {
		i := bits.TrailingZeros64(word) &^ 7
		n := uint8(word >> i)
		word &^= 0xff << i
		features = append(features, first+uint32(i+bits.Len8(n)-1))
	}
	return features
}

// checkProbe takes each side of a branch, and checks that each side counts an edge of its own.
func (c *Counters) checkProbe() error {
	var sides [2][]uint32
	for i, other := range []bool{false, true} {
		c.Clear()
		probe.Branch(other)
		sides[i] = c.append(nil)
	}
	only := [2]int{countMissing(sides[0], sides[1]), countMissing(sides[1], sides[0])}
	if only != [2]int{1, 1} {
		return fmt.Errorf("the counters in %s do not follow a branch (%d and %d edges of its sides alone, not 1 and 1): "+
			"compile package fuzz/turbo/probe with -d=libfuzzer too; if it is, this version of Go is not known here", section, only[0], only[1])
	}
	return nil
}

// countMissing returns how many of a are not in b. Both are sorted.
func countMissing(a, b []uint32) int {
	n := 0
	for _, f := range a {
		for len(b) > 0 && b[0] < f {
			b = b[1:]
		}
		if len(b) == 0 || b[0] != f {
			n++
		}
	}
	return n
}

// findSection returns the memory of the section. Its address is that in the file, moved by as much
// as the loader moved the file.
func findSection(exe, maps string) ([]byte, error) {
	f, err := elf.Open(exe)
	if errors.Is(err, os.ErrNotExist) {
		return nil, errNoCounters // not Linux
	}
	if err != nil {
		return nil, fmt.Errorf("read the sections of this process: %w", err)
	}
	defer f.Close()
	s := f.Section(section)
	if s == nil || s.Size == 0 {
		return nil, errNoCounters
	}
	m, err := os.Open(maps)
	if err != nil {
		return nil, fmt.Errorf("find the counters in memory: %w", err)
	}
	defer m.Close()
	at, err := loadedAddress(f, m, s)
	if err != nil {
		return nil, fmt.Errorf("find the counters in memory: %w", err)
	}
	var here byte // vet takes no pointer out of a bare number
	return unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(&here), at-uintptr(unsafe.Pointer(&here)))), s.Size), nil
}

// loadedAddress returns the address of s in this process. It checks that the memory there is
// mapped and writable.
func loadedAddress(f *elf.File, maps io.Reader, s *elf.Section) (uintptr, error) {
	first, err := firstSegment(f)
	if err != nil {
		return 0, err
	}
	slide, known := uint64(0), false
	at, end := uint64(0), uint64(0)
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		var from, to, offset, inode uint64
		var mode, device, path string
		if n, _ := fmt.Sscanf(lines.Text(), "%x-%x %s %x %s %d %s", &from, &to, &mode, &offset, &device, &inode, &path); n < 6 {
			continue
		}
		if !known && inode != 0 && offset == 0 { // the file itself is mapped first
			known, slide = true, from-first.Vaddr
			at, end = s.Addr+slide, s.Addr+slide+s.Size
			continue
		}
		if known && mode[:2] == "rw" && from <= at && at < to {
			if at = to; end <= to {
				return uintptr(s.Addr + slide), nil
			}
		}
	}
	return 0, fmt.Errorf("%s is at %#x in the file, but not in writable memory", section, s.Addr)
}

// firstSegment returns the segment that is loaded from the beginning of the file.
func firstSegment(f *elf.File) (*elf.Prog, error) {
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && p.Off == 0 {
			return p, nil
		}
	}
	return nil, errors.New("nothing is loaded from the beginning of the file")
}
