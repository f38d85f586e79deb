package specimen

// twister is the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998) as
// Python seeds it, so that a specimen chooses the payloads that the library in
// Python chooses. Nothing is computed before the first number is asked for.
type twister struct {
	seed  uint64
	ready bool
	next  int
	state [twisterSize]uint32
}

const (
	twisterSize = 624
	twisterLag  = 397
)

// reset begins again, with a seed. As in Python, its sign does not count.
func (t *twister) reset(seed int64) {
	t.ready, t.seed = false, uint64(seed)
	if seed < 0 {
		t.seed = -t.seed
	}
}

// uint32 returns the next number.
func (t *twister) uint32() uint32 {
	if !t.ready {
		t.fill()
	}
	if t.next == twisterSize {
		t.turn()
	}
	y := t.state[t.next]
	t.next++
	y ^= y >> 11
	y ^= y << 7 & 0x9d2c5680
	y ^= y << 15 & 0xefc60000
	return y ^ y>>18
}

// fill makes the state of the seed: that of a fixed seed, stirred with the key.
func (t *twister) fill() {
	key := [2]uint32{uint32(t.seed), uint32(t.seed >> 32)}
	words := 1
	if key[1] != 0 {
		words = 2
	}
	s := &t.state
	s[0] = 19650218
	for i := 1; i < twisterSize; i++ {
		s[i] = 1812433253*(s[i-1]^s[i-1]>>30) + uint32(i)
	}
	i := 1
	step := func(factor, add uint32) {
		s[i] = (s[i] ^ (s[i-1]^s[i-1]>>30)*factor) + add
		if i++; i == twisterSize {
			s[0], i = s[twisterSize-1], 1
		}
	}
	for k := range twisterSize {
		step(1664525, key[k%words]+uint32(k%words))
	}
	for range twisterSize - 1 {
		step(1566083941, -uint32(i))
	}
	s[0] = 1 << 31
	t.ready, t.next = true, twisterSize
}

// turn makes the next 624 numbers.
func (t *twister) turn() {
	s := &t.state
	for i := range s {
		y := s[i]&(1<<31) | s[(i+1)%twisterSize]&(1<<31-1)
		s[i] = s[(i+twisterLag)%twisterSize] ^ y>>1 ^ y&1*0x9908b0df
	}
	t.next = 0
}
