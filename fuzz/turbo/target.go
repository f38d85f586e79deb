package turbo

import "math/rand/v2"

// A Target is what is fuzzed.
type Target struct {
	// Run runs one input, which it must neither keep nor change. It returns the
	// signature of what is wrong, "" if nothing is: findings with the same
	// signature are taken for one bug. A panic is a finding, too.
	Run func(in []byte, lanes *Lanes) (signature string)

	// Mutate appends a changed copy of in to dst; other is another input to take
	// from. nil: [Bytes].
	Mutate func(dst, in, other []byte, rng *rand.Rand) []byte

	// Generate appends a new input to dst, if it is set.
	Generate func(dst []byte, rng *rand.Rand) []byte

	// Shrink returns the simplest input that it finds for which fails is true, as
	// it is for in. nil: what is left after cutting.
	Shrink func(in []byte, fails func(in []byte) bool) []byte
}

// maxLanes is the number of lanes.
const maxLanes = 1 << 13

// Lanes are the lanes that an execution lit. A nil *Lanes takes no notice.
type Lanes struct {
	lit  [maxLanes / 64]uint64
	list []uint32
}

// Light lights a lane; of greater numbers the low 13 bits count.
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
