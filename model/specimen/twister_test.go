package specimen

import "testing"

// What random.seed(seed) and then random.getrandbits(32) give in Python: the first
// two, and the 2002nd.
func TestTwister(t *testing.T) {
	for _, c := range []struct {
		seed                int64
		first, second, late uint32
	}{
		{0, 0xd82c07cd, 0x629f6fbe, 2852756038},
		{1, 0x2265b1f5, 0x91b7584a, 637101865},
		{17, 0x85a0bcc1, 0x6a06e9ab, 496321150},
		{-5, 0x9f767c45, 0x4164d839, 2789978527},
		{1<<40 + 3, 0x3843f7ce, 0x0f92b630, 1756869145},
	} {
		var tw twister
		for range 2 { // the second time after use
			tw.reset(c.seed)
			first, second := tw.uint32(), tw.uint32()
			late := uint32(0)
			for range 2000 {
				late = tw.uint32()
			}
			if first != c.first || second != c.second || late != c.late {
				t.Errorf("seed %d: got %#x, %#x, %d", c.seed, first, second, late)
			}
		}
	}
}
