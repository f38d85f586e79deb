// Package rng has the random numbers from which traces and schedules are drawn. Equal
// seeds give equal numbers on every machine and under every version of Go.
package rng

// RNG is splitmix64 (Steele, Lea and Flood 2014): one word of state, so that a
// stream of its own for every trace costs nothing.
type RNG uint64

// NewStream returns the random numbers of trace i under seed. Neighbouring
// seeds and indices give streams that have nothing in common.
func NewStream(seed, i uint64) RNG { return RNG(Mix(Mix(seed) + i)) }

// Mix scrambles z, one to one.
func Mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Next returns 64 random bits.
func (r *RNG) Next() uint64 {
	z := Mix(uint64(*r))
	*r += 0x9e3779b97f4a7c15
	return z
}

// Below returns a number from 0 to n-1. n must be small against 1<<32: then the bias
// does not matter.
func (r *RNG) Below(n int) int { return int(r.Next() >> 32 * uint64(n) >> 32) }

// OneIn returns true once in n times.
func (r *RNG) OneIn(n int) bool { return r.Below(n) == 0 }
