// Package cover chooses few inputs that reach what many reach.
//
// A feature is a number for something that an input may reach: an edge of the code in a
// range of counts, a state of a model. [Stable] finds those that an input reaches every
// time; [Choose] takes the cheapest inputs that reach all of them; [Only] says what nobody
// else reaches.
package cover

import (
	"cmp"
	"container/heap"
	"slices"
)

// Input is one of many, with what it reaches.
type Input struct {
	Bytes    int      // its size
	Cost     uint64   // of running it, in whatever unit: it decides among equals
	Features []uint32 // sorted, each once
	Keep     bool     // it is chosen in any case
}

// Spares says which inputs are kept although others reach what they reach: where at
// most Rare inputs reach a feature, up to Count beside those of the cover stay, the smallest
// first. Rare features are hard to find again when the target changes.
type Spares struct {
	Rare, Count int
}

// Why says why an input was chosen.
type Why struct {
	New   int  // features that none before it reached
	Spare bool // a spare of a rare one
	Kept  bool // Keep was set
}

// Choose returns the inputs that are chosen: in each step the one with the most new
// features for its bytes, then the one that costs less, then the first. Inputs that reach
// nothing are not chosen. The same inputs give the same choice.
func Choose(inputs []Input, spares Spares) map[int]Why {
	c := chooser{inputs: inputs, reached: map[uint32]int{}, chosen: map[int]Why{}}
	for i := range inputs {
		if inputs[i].Keep {
			c.takeInput(i, Why{Kept: true})
		}
	}
	c.coverAll()
	c.addSpares(spares)
	return c.chosen
}

type chooser struct {
	inputs  []Input
	reached map[uint32]int // by how many of the chosen
	chosen  map[int]Why
}

func (c *chooser) takeInput(i int, why Why) {
	for _, f := range c.inputs[i].Features {
		if c.reached[f] == 0 {
			why.New++
		}
		c.reached[f]++
	}
	c.chosen[i] = why
}

// countNew counts the features of an input that are not reached yet.
func (c *chooser) countNew(i int) int {
	n := 0
	for _, f := range c.inputs[i].Features {
		if c.reached[f] == 0 {
			n++
		}
	}
	return n
}

// coverAll takes inputs until everything is reached. What an input adds only shrinks, so
// one whose number is still right and still the best is the best.
func (c *chooser) coverAll() {
	q := queue{inputs: c.inputs}
	for i := range c.inputs {
		if _, ok := c.chosen[i]; ok {
			continue
		}
		if n := c.countNew(i); n > 0 {
			q.candidates = append(q.candidates, candidate{i, n})
		}
	}
	heap.Init(&q)
	for q.Len() > 0 {
		best := &q.candidates[0]
		n := c.countNew(best.input)
		switch {
		case n == 0:
			heap.Pop(&q)
		case n < best.newFeatures:
			best.newFeatures = n
			heap.Fix(&q, 0)
		default:
			c.takeInput(best.input, Why{})
			heap.Pop(&q)
		}
	}
}

// addSpares takes the spares of rare features.
func (c *chooser) addSpares(s Spares) {
	if s.Count == 0 {
		return
	}
	having := map[uint32][]int{}
	for i := range c.inputs {
		for _, f := range c.inputs[i].Features {
			if len(having[f]) <= s.Rare {
				having[f] = append(having[f], i)
			}
		}
	}
	var features []uint32
	for f, inputs := range having {
		if len(inputs) <= s.Rare {
			features = append(features, f)
		}
	}
	slices.Sort(features)
	for _, f := range features {
		inputs := having[f]
		slices.SortFunc(inputs, c.compareCost)
		for _, i := range inputs {
			if _, ok := c.chosen[i]; !ok && c.reached[f] <= s.Count {
				c.takeInput(i, Why{Spare: true})
			}
		}
	}
}

// compareCost orders inputs by bytes, cost and place.
func (c *chooser) compareCost(i, j int) int {
	a, b := &c.inputs[i], &c.inputs[j]
	return cmp.Or(cmp.Compare(a.Bytes, b.Bytes), cmp.Compare(a.Cost, b.Cost), cmp.Compare(i, j))
}

// candidate is an input and how many features it added when that was last counted.
type candidate struct{ input, newFeatures int }

// queue is a heap of candidates, the best first.
type queue struct {
	inputs     []Input
	candidates []candidate
}

func (q *queue) Len() int      { return len(q.candidates) }
func (q *queue) Swap(i, j int) { q.candidates[i], q.candidates[j] = q.candidates[j], q.candidates[i] }
func (q *queue) Push(x any)    { q.candidates = append(q.candidates, x.(candidate)) }

func (q *queue) Pop() any {
	last := len(q.candidates) - 1
	c := q.candidates[last]
	q.candidates = q.candidates[:last]
	return c
}

func (q *queue) Less(i, j int) bool {
	a, b := q.candidates[i], q.candidates[j]
	x, y := &q.inputs[a.input], &q.inputs[b.input]
	// Features for bytes, as a product; an empty input has a price too.
	gain := cmp.Compare(uint64(b.newFeatures)*uint64(x.Bytes+1), uint64(a.newFeatures)*uint64(y.Bytes+1))
	return cmp.Or(gain, cmp.Compare(x.Cost, y.Cost), cmp.Compare(a.input, b.input)) < 0
}

// Only are the features that input i alone reaches.
func Only(inputs []Input, i int) []uint32 {
	only := slices.Clone(inputs[i].Features)
	for j := range inputs {
		if j == i || len(only) == 0 {
			continue
		}
		others := inputs[j].Features
		only = slices.DeleteFunc(only, func(f uint32) bool {
			_, found := slices.BinarySearch(others, f)
			return found
		})
	}
	return only
}
