// Package shrink makes failing traces short: [Trace] looks for the simplest one that
// still fails, [Certify] proves that nothing shorter does, and [Exhaust] runs every
// short trace over an [Alphabet].
//
// If the environment variable PONGCHECK_DEBUG_SHRINK is set, the shrinker writes a line
// to standard error for every candidate that it accepts: the pass that made it, the
// number of tries so far, and the trace.
package shrink

import (
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/rng"
)

// Trace looks for the simplest trace that still fails as t does: the fewest ops, then
// the fewest settings, then the simplest payloads and numbers. It tries only traces
// that info admits, unless t itself is not admitted. fails reports whether a trace
// shows the same failure class as t; it must not keep the trace. Trace tries at most
// budget traces; tries is how many it tried.
//
// Equal arguments give equal results. The result is t itself, or fails was true of it.
// It is never longer than t, where raw bytes count as the frames they hold.
func Trace(info *model.Info, t *model.Trace, fails func(*model.Trace) bool, budget int) (shrunk *model.Trace, tries int) {
	return InBatches(info, t, 1, budget, func(c []*model.Trace) int {
		if fails(c[0]) {
			return 0
		}
		return -1
	})
}

// InBatches is [Trace] for a subject, such as a driver, that runs many traces together at
// little more than the cost of one. first gets up to size candidates, the most daring
// first. It returns the index of the first that fails, or -1.
func InBatches(info *model.Info, t *model.Trace, size, budget int, first func([]*model.Trace) int) (*model.Trace, int) {
	s := &shrinker{admits: admitterFor(info, t), best: t, cost: costOf(t), size: size, budget: budget, firstFailing: first, triedHashes: map[uint64]bool{}, seed: maphash.MakeSeed()}
	s.collectCandidate(s.editor.withoutOps(t, nil, asLiteral), 0, true)
	if c, _ := s.tryBatch(); c != nil {
		s.accept("the same in plainer numbers", c)
	}
	for s.tries < s.budget && (s.runPasses() || s.walkRandomly()) {
	}
	return s.best, s.tries
}

// admitterFor returns what decides whether a candidate may be tried: a subject that
// cannot do an op would only show that it cannot. If it cannot do an op of t itself, only
// the config counts.
func admitterFor(info *model.Info, t *model.Trace) func(*model.Trace) bool {
	if info.Admits(t) {
		return info.Admits
	}
	return func(c *model.Trace) bool { return info.AdmitsConfig(&c.Config) }
}

// Simplifications returns a function that yields every trace that is simpler than t by
// one edit of [Trace], and then nil.
func Simplifications(info *model.Info, t *model.Trace) func() *model.Trace {
	was, admits := costOf(t), admitterFor(info, t)
	var d editor
	var edits []edit
	for _, p := range passes {
		for e := range p.edits(t) {
			edits = append(edits, e)
		}
	}
	return func() *model.Trace {
		for len(edits) > 0 {
			e := edits[0]
			edits = edits[1:]
			if c := e(&d, t); c != nil && costOf(c).simplerThan(was, c, t) && admits(c) {
				return c
			}
		}
		return nil
	}
}

// An edit makes a candidate of the best trace so far, which it leaves alone, with
// the memory of an editor; nil if there is nothing to change.
type edit func(d *editor, t *model.Trace) *model.Trace

// shrinker is one shrink under way.
type shrinker struct {
	admits       func(*model.Trace) bool  // whether the subject can do a candidate
	best         *model.Trace             // the simplest trace so far that fails
	cost         cost                     // of best
	size         int                      // how many candidates are tried together at most
	budget       int                      // how many traces may be tried
	tries        int                      // how many were tried
	firstFailing func([]*model.Trace) int // tries a batch
	triedHashes  map[uint64]bool          // of the candidates that were tried, or are in batch
	seed         maphash.Seed             // of hashTrace
	editor       editor                   // the memory of candidates
	batch        []*model.Trace           // the candidates to try next
	editNumbers  []int                    // for each of batch, which edit of its pass made it
}

// runPasses runs every pass once and reports whether any of them helped.
func (s *shrinker) runPasses() bool {
	helped := false
	for _, p := range passes {
		for at := 0; at >= 0; {
			if at = s.runPass(p, at); at >= 0 {
				helped = true
			}
		}
	}
	return helped
}

// runPass tries the edits of p from number at on. It returns the number of the first
// edit that helped, or -1. The pass goes on there with the new trace.
func (s *shrinker) runPass(p pass, at int) int {
	i := -1
	for e := range p.edits(s.best) {
		if i++; i < at {
			continue
		}
		c := e(&s.editor, s.best)
		s.collectCandidate(c, i, c != nil && s.isSimpler(c))
		if len(s.batch) == s.size || s.tries+len(s.batch) >= s.budget {
			if c, n := s.tryBatch(); c != nil {
				s.accept(p.name, c)
				return n
			}
		}
	}
	if c, n := s.tryBatch(); c != nil {
		s.accept(p.name, c)
		return n
	}
	return -1
}

func (s *shrinker) isSimpler(c *model.Trace) bool {
	return costOf(c).simplerThan(s.cost, c, s.best)
}

// debugOutput is where accept writes; nil: nowhere.
var debugOutput = func() io.Writer {
	if os.Getenv("PONGCHECK_DEBUG_SHRINK") == "" {
		return nil
	}
	return os.Stderr
}()

// accept makes c the best trace. label is the name of the pass that made it.
func (s *shrinker) accept(label string, c *model.Trace) {
	s.best, s.cost = c, costOf(c)
	if debugOutput != nil {
		_, ops, _ := strings.Cut(strings.TrimSpace(c.String()), "\n")
		fmt.Fprintf(debugOutput, "shrink: %s, try %d: %s\n", label, s.tries, strings.ReplaceAll(ops, "\n", "|"))
	}
}

// collectCandidate puts candidate c, made by edit number i, into the batch, if it is
// worth a try and was not tried before.
func (s *shrinker) collectCandidate(c *model.Trace, i int, worth bool) {
	if worth = worth && s.admits(c); worth {
		sum := s.hashTrace(c)
		worth = !s.triedHashes[sum]
		s.triedHashes[sum] = true
	}
	if !worth {
		s.editor.recycle(c)
		return
	}
	s.batch, s.editNumbers = append(s.batch, c), append(s.editNumbers, i)
}

// tryBatch tries the batch within the budget, and empties it. It returns the first
// candidate that fails and the number of the edit that made it.
func (s *shrinker) tryBatch() (c *model.Trace, number int) {
	batch := s.batch[:max(0, min(len(s.batch), s.budget-s.tries))]
	k := -1
	if len(batch) > 0 {
		if k = s.firstFailing(batch); k < 0 {
			s.tries += len(batch)
		} else {
			s.tries += k + 1
			c, number = batch[k], s.editNumbers[k]
		}
	}
	for i, other := range s.batch {
		if k >= 0 && i > k {
			delete(s.triedHashes, s.hashTrace(other)) // not tried after all
		}
		if i != k {
			s.editor.recycle(other)
		}
	}
	s.batch, s.editNumbers = s.batch[:0], s.editNumbers[:0]
	return c, number
}

// hashTrace stands for the trace: that two of them have the same is not to be
// expected, and would only leave one untried.
func (s *shrinker) hashTrace(t *model.Trace) uint64 {
	c := &t.Config
	h := rng.Mix(uint64(c.Role)<<8|uint64(c.Deflate)) ^ rng.Mix(uint64(c.Interval)) ^ rng.Mix(uint64(c.Timeout)+1) ^ rng.Mix(uint64(c.Cut)+2) ^ rng.Mix(uint64(c.Seed)+3)
	for i := range t.Ops {
		o := &t.Ops[i]
		p := &o.Data
		flags := uint64(o.Kind)<<8 | uint64(p.Form)<<16 | uint64(o.N)<<32
		for j, is := range [...]bool{o.Keep, o.Text, o.Z, o.Fin, p.Keep, o.Join} {
			if is {
				flags |= 1 << j
			}
		}
		h = rng.Mix(h ^ flags)
		h = rng.Mix(h ^ uint64(o.Time) ^ uint64(p.Ref)<<32 ^ uint64(p.N))
		if p.Lit != "" {
			h = rng.Mix(h ^ maphash.String(s.seed, p.Lit))
		}
	}
	return h
}
