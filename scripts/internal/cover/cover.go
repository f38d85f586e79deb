// Package cover chooses a few inputs that reach everything that many inputs reach.
//
// A feature is a number for something that an input may reach: an edge of the code, run
// so many times, or a state of a model. [Stable] finds the features that an input reaches
// every time. [Choose] picks cheap inputs that together reach all of them. [Only] returns
// the features that a single input reaches.
package cover

import (
	"cmp"
	"container/heap"
	"slices"
)

// Input describes one input and what it reaches.
type Input struct {
	Bytes    int      // its size in bytes
	Cost     uint64   // of running it, in any unit; it decides between inputs of equal gain
	Features []uint32 // sorted, each once
	Keep     bool     // choose it whatever it reaches
}

// Spares says which inputs stay although others reach the same. If at most Rare inputs reach a
// feature, up to Count of them stay besides the one in the cover, the smallest first. Rare
// features are hard to find again after the target changed.
type Spares struct {
	Rare, Count int
}

// Why says why an input was chosen.
type Why struct {
	New   int  // how many features no input chosen before reaches
	Spare bool // it is a spare for a rare feature
	Kept  bool // Input.Keep was set
}

// Choose returns the chosen inputs by their index. Each step takes the input with the most new
// features for its bytes, then the cheaper one, then the first. It never chooses an input that
// reaches nothing, unless Keep is set. The same inputs give the same choice.
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

// chooser is the state of one choice.
type chooser struct {
	inputs  []Input
	reached map[uint32]int // for each feature, how many chosen inputs reach it
	chosen  map[int]Why
}

// takeInput chooses input i.
func (c *chooser) takeInput(i int, why Why) {
	for _, f := range c.inputs[i].Features {
		if c.reached[f] == 0 {
			why.New++
		}
		c.reached[f]++
	}
	c.chosen[i] = why
}

// countNew counts the features of an input that no chosen input reaches.
func (c *chooser) countNew(i int) int {
	n := 0
	for _, f := range c.inputs[i].Features {
		if c.reached[f] == 0 {
			n++
		}
	}
	return n
}

// coverAll chooses inputs until every feature is reached. The gain of an input only shrinks as
// others are chosen. So if the first of the queue still has its old gain, it is the best.
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

// addSpares chooses the spares for rare features.
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

// compareCost orders inputs by bytes, cost and index.
func (c *chooser) compareCost(i, j int) int {
	a, b := &c.inputs[i], &c.inputs[j]
	return cmp.Or(cmp.Compare(a.Bytes, b.Bytes), cmp.Compare(a.Cost, b.Cost), cmp.Compare(i, j))
}

// candidate is an input, and its gain when it was last counted.
type candidate struct{ input, newFeatures int }

// queue is a heap of candidates, the best one first.
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
	// Compare features per byte without dividing; +1 gives an empty input a price.
	gain := cmp.Compare(uint64(b.newFeatures)*uint64(x.Bytes+1), uint64(a.newFeatures)*uint64(y.Bytes+1))
	return cmp.Or(gain, cmp.Compare(x.Cost, y.Cost), cmp.Compare(a.input, b.input)) < 0
}

// Only returns the features that input i alone reaches.
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
