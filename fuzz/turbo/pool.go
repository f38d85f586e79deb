package turbo

import "math/rand/v2"

// pool is the corpus of a run: for each feature, the shortest input that shows it.
type pool struct {
	features []feature // by the feature's number
	known    []uint32  // the features seen so far
	entries  []*entry  // inputs that own a feature; the empty input if nothing has features
	changed  []uint32  // memory of countFeatures
}

// feature is what the pool knows of a feature.
type feature struct {
	hits  uint32 // how many executions showed it
	size  uint32 // size of the owner's input
	owner *entry // the shortest input that shows it; nil: never seen
}

// entry is an input of the pool.
type entry struct {
	in    []byte
	owned int // how many features it owns
	at    int // index in pool.entries
}

func newPool(bound int) *pool { return &pool{features: make([]feature, bound)} }

// countFeatures counts the features of an input of this size. better are the features that this
// input should own: new ones, and those whose owner is longer. fresh is how many are new. better
// is valid until the next call.
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

// addEntry makes in the owner of features. It drops entries that own nothing any more.
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

// draws is how many features compete to be the rarest.
const draws = 3

// pickRare draws an input: the owner of the rarest of a few features. There must be an entry.
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

// pickAny draws an input from all entries.
func (p *pool) pickAny(rng *rand.Rand) []byte { return p.entries[rng.IntN(len(p.entries))].in }
