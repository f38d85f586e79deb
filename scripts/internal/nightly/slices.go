package nightly

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"
)

// unit is an engine on a target.
type unit struct {
	*running
	kind    Kind
	tally   *tally
	recent  recent
	idle    time.Duration // with which it is charged for slices with nothing to do
	n       int           // inputs of the next slice
	busy    bool          // a slice is under way
	off     string        // why there are no more
	counted bool          // it runs countedSlices, and n does not change
	bad     int           // slices with trouble, one after the other
}

const (
	// longestSlice is about how long a slice takes at most.
	longestSlice = 20 * time.Second

	// countedSlices are the slices that an engine runs on a target if inputs are counted:
	// two, so that the second begins with what the first one found.
	countedSlices = 2
)

// exhausted reports whether the unit ran all slices that it may run.
func (u *unit) exhausted() bool { return u.counted && u.tally.Slices >= countedSlices }

// firstSlice is how many inputs an engine gets at first: at a few a second, of the slowest of
// targets, they end before that is taken for a stall.
const firstSlice = 200

func (u *unit) name() string { return u.String() + " " + string(u.kind) }

// fuzz runs slices until the budget is used up, as many at a time as there are processors.
func (n *night) fuzz() {
	left := n.Budget - n.state.Spent
	if n.Inputs > 0 {
		left = math.MaxInt64
	}
	began, before := time.Now(), n.state.Spent
	var lanes sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(n.units)) {
		lanes.Go(func() {
			for n.ctx.Err() == nil {
				rest := left - time.Since(began)
				if rest < 100*time.Millisecond {
					return
				}
				n.mu.Lock()
				u := next(n.units)
				if u != nil {
					u.busy = true
					n.state.Slices++
				}
				number := n.state.Slices
				n.mu.Unlock()
				if u == nil {
					if !n.anyBusy() {
						return
					}
					time.Sleep(50 * time.Millisecond) // the engines of few targets leave a processor idle
					continue
				}
				n.slice(u, number, rest)
				n.mu.Lock()
				u.busy = false
				n.state.Spent, n.state.CPU = before+time.Since(began), n.before+cpuUsed()
				err := n.state.save(n.Dir)
				n.mu.Unlock()
				n.trouble(err)
				n.pushNowAndThen()
			}
		})
	}
	lanes.Wait()
}

func (n *night) anyBusy() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.ContainsFunc(n.units, func(u *unit) bool { return u.busy })
}

// length is how long a slice is to be: short enough that every engine of every target
// has a few.
func (n *night) length(rest time.Duration) time.Duration {
	if n.Inputs > 0 {
		return longestSlice
	}
	even := n.Budget * time.Duration(runtime.GOMAXPROCS(0)) / time.Duration(4*len(n.units))
	return min(max(even, time.Second), longestSlice, rest)
}

// workers is how many processes Go's engine gets: more than one only where there are fewer
// targets than processors.
func (n *night) workers() int {
	engines := 0
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, u := range n.units {
		if u.kind != Race && u.off == "" {
			engines++
		}
	}
	return max(1, runtime.GOMAXPROCS(0)/max(1, engines))
}

// Trouble in so many slices, one after the other, ends an engine's work on a target.
const maxBad = 3

// slice runs an engine for one slice and takes in what it found.
func (n *night) slice(u *unit, number int, rest time.Duration) {
	length := n.length(rest)
	seed := n.state.Seed ^ uint64(number)<<8 ^ uint64(n.Shard)<<40
	var s slice
	switch u.kind {
	case Native:
		s = fuzzNative(n.ctx, u.Target, u.binaries[Native], u.folder(u.mirrors[Native]), n.cache(u.running), u.n, n.workers(), 4*length+time.Minute)
	case Turbo:
		s = n.turbo(u, seed, 4*length+time.Minute)
	case Race:
		s = n.race(u)
	}
	if n.ctx.Err() != nil {
		return
	}
	s.err = errors.Join(s.err, n.gather(u, &s))
	if s.blocked != "" {
		s.err = errors.Join(s.err, n.barred(u, s.blocked))
	}
	n.mu.Lock()
	u.tally.Slices++
	u.tally.Executions += s.executions
	u.tally.AtLeast = u.tally.AtLeast || s.cut
	u.tally.New += s.fresh
	u.tally.CPU += s.cpu
	u.recent.add(s.fresh, s.cpu)
	n.state.Inside += s.cpu
	n.mu.Unlock()
	n.account(u, &s, length)
}

// account sets the size of the unit's next slice, and tells what was wrong with this one.
// One that was cut says nothing about the size: after few inputs the engine would have run
// little more than its corpus, which it counts, too, and so it would never get far beyond
// a bug that it finds all the time.
func (n *night) account(u *unit, s *slice, length time.Duration) {
	if s.executions > 0 && s.wall > 0 && !s.cut && n.Inputs == 0 {
		want := float64(s.executions) * float64(length) / float64(s.wall)
		u.n = int(min(max(want, 1), 10*float64(u.n), 1e9))
	}
	if s.flake != "" {
		n.Log("%s: the engine failed by itself: %s", u.name(), s.flake)
	}
	if s.err == nil {
		u.bad = 0
		return
	}
	n.trouble(fmt.Errorf("%s: %w", u.name(), s.err))
	n.mu.Lock()
	if n.ctx.Err() == nil {
		n.state.Bad = append(n.state.Bad, fmt.Sprintf("%s: %v", u.name(), s.err))
	}
	n.mu.Unlock()
	if u.bad++; u.bad == maxBad {
		n.mu.Lock()
		u.off = "trouble"
		n.mu.Unlock()
	}
}

func (n *night) cache(t *running) string {
	return filepath.Join(n.Dir, "engine", fileName(t.String()), "native")
}

func (n *night) turboFolder(t *running) string {
	return filepath.Join(n.Dir, "engine", fileName(t.String()), "turbo")
}
