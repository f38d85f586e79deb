package turbo

import "math/rand/v2"

// A Target is what is fuzzed.
type Target struct {
	// Run runs one input, which it must neither keep nor change. It returns a signature that names
	// the failure, or "". Findings with the same signature count as one bug. A panic is a finding,
	// too.
	Run func(in []byte, lanes *Lanes) (signature string)

	// Mutate appends a changed copy of in to dst. It may take parts of other, another input. nil
	// means small changes, some of them with constants of the protocol.
	Mutate func(dst, in, other []byte, rng *rand.Rand) []byte

	// Generate appends a new input to dst. nil means that inputs are only changed.
	Generate func(dst []byte, rng *rand.Rand) []byte

	// Shrink returns the simplest input it finds for which fails is true; it is true for in. nil
	// means [ShrinkBytes].
	Shrink func(in []byte, fails func(in []byte) bool) []byte
}

// maxLanes is the number of lanes.
const maxLanes = 1 << 13

// Lanes are the lanes that an execution lit. A nil *Lanes ignores all of them.
type Lanes struct {
	lit  [maxLanes / 64]uint64
	list []uint32
}

// Light lights a lane. Only the low 13 bits of its number count.
func (l *Lanes) Light(lane uint32) {
	if l == nil {
		return
	}
	lane %= maxLanes
	if bit := uint64(1) << (lane % 64); l.lit[lane/64]&bit == 0 {
		l.lit[lane/64] |= bit
		l.list = append(l.list, lane)
	}
}

func (l *Lanes) clearLit() {
	for _, lane := range l.list {
		l.lit[lane/64] = 0
	}
	l.list = l.list[:0]
}
