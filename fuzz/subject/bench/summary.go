package main

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// summary holds the scores of all engines.
type summary struct {
	tasks  []*task // without the control
	scores []*score
}

// score sums up the trials of one engine.
type score struct {
	*engine
	hunts map[string]*hunts // by task

	trials                          int     // of mutants
	tried, foundByAll               int     // mutants hunted; of them, those that every trial found
	cpu, traces                     float64 // see geometricMeans
	opsPerSecond                    float64 // ops a CPU second on the control
	foundWithin                     []int   // mutants that all trials found within each of bucketLimits
	shrunk                          int     // trials that were shrunk
	shrunkToKnown, shrunkToClass    int     // of them, to the shortest trace known; to the shortest of its class by any engine
	shrinkExecutions, shrinkSeconds float64 // medians: executions, seconds
}

// hunts are the trials of an engine on a task.
type hunts struct {
	trials []trial
	found  int
}

func (h *hunts) foundAlways() bool { return h.found == len(h.trials) && h.found > 0 }

// medianCost returns the median of what the trials took; a miss counts with what it spent. found
// reports whether the median trial found the mutant.
func (h *hunts) medianCost(of func(trial) float64) (v float64, found bool) {
	sorted := slices.Clone(h.trials)
	slices.SortFunc(sorted, func(a, b trial) int {
		if a.found != b.found {
			if a.found {
				return -1
			}
			return 1
		}
		return cmp.Compare(of(a), of(b))
	})
	t := sorted[(len(sorted)-1)/2]
	return of(t), t.found
}

func cpuSeconds(t trial) float64      { return t.cpu.Seconds() }
func countExecutions(t trial) float64 { return float64(t.traces) }

// bucketLimits are the limits of Etna's buckets, and of smaller ones.
var bucketLimits = []time.Duration{100 * time.Microsecond, time.Millisecond, 10 * time.Millisecond, 100 * time.Millisecond, time.Second, 10 * time.Second}

func summarizeTrials(engines []*engine, all []*task, trials []trial) *summary {
	s := &summary{}
	for _, t := range all {
		if !t.isControl {
			s.tasks = append(s.tasks, t)
		}
	}
	shortest := shortestOfClass(trials)
	for _, e := range engines {
		c := &score{engine: e, hunts: map[string]*hunts{}, foundWithin: make([]int, len(bucketLimits))}
		for _, t := range trials {
			if t.engine != e.name {
				continue
			}
			h := c.hunts[t.task]
			if h == nil {
				h = &hunts{}
				c.hunts[t.task] = h
			}
			if h.trials = append(h.trials, t); t.found {
				h.found++
			}
		}
		if h := c.hunts[control]; h != nil {
			c.opsPerSecond = opsPerSecond(h.trials)
		}
		c.countFinds(s.tasks)
		c.measureShrinks(s.tasks, shortest)
		s.scores = append(s.scores, c)
	}
	return s
}

func opsPerSecond(trials []trial) float64 {
	var all cost
	for _, t := range trials {
		all.ops, all.cpu = all.ops+t.ops, all.cpu+t.cpu
	}
	if all.cpu == 0 {
		return 0
	}
	return float64(all.ops) / all.cpu.Seconds()
}

// countFinds fills in the fields about finding.
func (c *score) countFinds(tasks []*task) {
	c.cpu, c.traces = c.geometricMeans(tasks)
	for _, t := range tasks {
		h := c.hunts[t.name]
		if h == nil {
			continue
		}
		c.tried++
		c.trials += len(h.trials)
		if !h.foundAlways() {
			continue
		}
		c.foundByAll++
		slowest := slices.MaxFunc(h.trials, func(a, b trial) int { return cmp.Compare(a.cpu, b.cpu) })
		for i, limit := range bucketLimits {
			if slowest.cpu <= limit {
				c.foundWithin[i]++
			}
		}
	}
}

// geometricMeans returns the geometric means, over the tasks that the engine tried, of the median
// CPU seconds and executions to find one.
func (c *score) geometricMeans(tasks []*task) (cpu, traces float64) {
	n := 0.0
	for _, t := range tasks {
		if h := c.hunts[t.name]; h != nil {
			v, _ := h.medianCost(cpuSeconds)
			e, _ := h.medianCost(countExecutions)
			cpu += math.Log(max(v, 1e-6)) // the clock's resolution
			traces += math.Log(max(e, 1))
			n++
		}
	}
	return math.Exp(cpu / n), math.Exp(traces / n)
}

// triedTasks returns the tasks that the engine tried.
func (c *score) triedTasks(tasks []*task) []*task {
	return slices.DeleteFunc(slices.Clone(tasks), func(t *task) bool { return c.hunts[t.name] == nil })
}

// classOf is one class of failures of one task.
type classOf struct{ task, class string }

// shortestOfClass returns the length of the shortest trace that any engine reached, by class. A
// mutant may fail in several ways, and an engine that shrinks within the class it found first
// cannot reach the length of another class.
func shortestOfClass(trials []trial) map[classOf]int {
	shortest := map[classOf]int{}
	for _, t := range trials {
		k := classOf{t.task, t.class}
		if n, seen := shortest[k]; t.length > 0 && (!seen || t.length < n) {
			shortest[k] = t.length
		}
	}
	return shortest
}

// measureShrinks fills in the fields about shrinking.
func (c *score) measureShrinks(tasks []*task, shortest map[classOf]int) {
	var tries, took []float64
	for _, t := range tasks {
		h := c.hunts[t.name]
		if h == nil {
			continue
		}
		for _, r := range h.trials {
			if r.length == 0 {
				continue
			}
			c.shrunk++
			if r.length <= t.shortest {
				c.shrunkToKnown++
			}
			if r.length <= shortest[classOf{r.task, r.class}] {
				c.shrunkToClass++
			}
			tries, took = append(tries, float64(r.tries)), append(took, r.shrink.Seconds())
		}
	}
	c.shrinkExecutions, c.shrinkSeconds = median(tries), median(took)
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	slices.Sort(v)
	return v[len(v)/2]
}
