package turbo

import "math/rand/v2"

// source is a way to make inputs, and how well it did of late.
type source struct {
	tries, finds float64
}

// halfLife is after how many tries what was before counts half.
const halfLife = 1024

func (s *source) countTry() {
	if s.tries++; s.tries >= 2*halfLife {
		s.tries /= 2
		s.finds /= 2
	}
}

// yieldRate is the share of inputs that showed something new. A source that was hardly
// tried is taken for a good one.
func (s *source) yieldRate() float64 { return (s.finds + 1) / (s.tries + 1) }

// chooseSource is the source that yields more, and now and then the other: what it yields
// changes.
func chooseSource(a, b *source, rng *rand.Rand) *source {
	if (a.yieldRate() < b.yieldRate()) != (rng.IntN(8) == 0) {
		return b
	}
	return a
}
