package props

// rng is splitmix64 (Steele, Lea and Flood 2014): one word of state, so that a
// stream of its own for every trace costs nothing.
type rng uint64

// stream is the stream of random numbers of trace i under seed. Neighbouring
// seeds and indices give streams that have nothing in common.
func stream(seed, i uint64) rng { return rng(mix(mix(seed) + i)) }

func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (r *rng) next() uint64 {
	z := mix(uint64(*r))
	*r += 0x9e3779b97f4a7c15
	return z
}

// below is a number from 0 to n-1; n is small against 1<<32, so that the bias
// does not matter.
func (r *rng) below(n int) int { return int(r.next() >> 32 * uint64(n) >> 32) }

// one is true once in n times.
func (r *rng) one(n int) bool { return r.below(n) == 0 }
