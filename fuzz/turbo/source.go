package turbo

import "math/rand/v2"

// source is a way to make inputs, with its recent success.
type source struct {
	tries, finds float64
}

// halfLife is after how many tries the earlier ones count half.
const halfLife = 1024

func (s *source) countTry() {
	if s.tries++; s.tries >= 2*halfLife {
		s.tries /= 2
		s.finds /= 2
	}
}

// yieldRate returns the share of inputs that showed something new. A source with few tries counts
// as a good one.
func (s *source) yieldRate() float64 { return (s.finds + 1) / (s.tries + 1) }

// chooseSource returns the source with the higher rate. One time in eight it returns the other,
// since rates change.
func chooseSource(a, b *source, rng *rand.Rand) *source {
	if (a.yieldRate() < b.yieldRate()) != (rng.IntN(8) == 0) {
		return b
	}
	return a
}
