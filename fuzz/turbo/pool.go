package turbo

import "math/rand/v2"

// pool is the corpus of a run: for each feature the shortest input that shows it.
type pool struct {
	features []feature // by number
	known    []uint32  // those that were seen
	entries  []*entry  // those that own a feature, or were never told apart
	changed  []uint32  // scratch of visit
}

// feature is what is known of a feature.
type feature struct {
	hits  uint32 // executions that showed it
	size  uint32 // of its owner's input
	owner *entry // nil: never seen
}

// entry is an input.
type entry struct {
	in    []byte
	owned int // features that it owns
	at    int // in pool.entries
}

func newPool(bound int) *pool { return &pool{features: make([]feature, bound)} }

// countFeatures counts features of an input of that size. It returns those that the pool
// would rather have this input for: new ones, and how many of them are; and ones
// whose owner is longer. The list is valid until the next call.
func (p *pool) countFeatures(features []uint32, size int) (better []uint32, fresh int) {
	p.changed = p.changed[:0]
	for _, f := range features {
		r := &p.features[f]
		r.hits++
		if r.owner == nil {
			fresh++
			p.changed = append(p.changed, f)
		} else if uint32(size) < r.size {
			p.changed = append(p.changed, f)
		}
	}
	return p.changed, fresh
}

// addEntry makes in the owner of features. What owns nothing any more is dropped.
func (p *pool) addEntry(in []byte, features []uint32) {
	e := &entry{in: append([]byte(nil), in...), at: len(p.entries)}
	p.entries = append(p.entries, e)
	for _, f := range features {
		r := &p.features[f]
		if r.owner == nil {
			p.known = append(p.known, f)
		} else if r.owner.owned--; r.owner.owned == 0 {
			p.dropEntry(r.owner)
		}
		r.owner, r.size = e, uint32(len(in))
		e.owned++
	}
}

func (p *pool) dropEntry(e *entry) {
	last := p.entries[len(p.entries)-1]
	p.entries[e.at], last.at = last, e.at
	p.entries = p.entries[:len(p.entries)-1]
}

// draws is how many features compete for being the rarest.
const draws = 3

// pickRare draws an input: the owner of the rarest of a few features. There must be
// an entry.
func (p *pool) pickRare(rng *rand.Rand) []byte {
	if len(p.known) == 0 {
		return p.pickAny(rng)
	}
	best := &p.features[p.known[rng.IntN(len(p.known))]]
	for range draws - 1 {
		if f := &p.features[p.known[rng.IntN(len(p.known))]]; f.hits < best.hits {
			best = f
		}
	}
	return best.owner.in
}

// pickAny draws an input, whatever it owns.
func (p *pool) pickAny(rng *rand.Rand) []byte { return p.entries[rng.IntN(len(p.entries))].in }
