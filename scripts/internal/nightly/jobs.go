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

// job is an engine that fuzzes a target.
type job struct {
	*builtTarget
	kind          Kind
	tally         *tally
	recent        recent
	idleCharge    time.Duration // charged for slices that had nothing to do
	inputs        int           // inputs of the next slice
	busy          bool          // one of its slices runs
	stopped       string        // why it gets no more slices; empty: it does
	counted       bool          // it runs countedSlices, and n does not change
	troublesInRow int           // slices with trouble since the last one without
}

const (
	// longestSlice is about how long a slice takes at most.
	longestSlice = 20 * time.Second

	// countedSlices are the slices that an engine runs on a target if inputs are counted:
	// two, so that the second begins with what the first one found.
	countedSlices = 2
)

// endGrace is how much longer than the budget the last slice may take before it is killed.
const endGrace = 20 * time.Second

// exhausted reports whether the job ran all slices that it may run.
func (u *job) exhausted() bool { return u.counted && u.tally.Slices >= countedSlices }

// firstSlice is how many inputs the first slice of a job has. Even the slowest targets, with a
// few executions a second, end them before the slice counts as stalled.
const firstSlice = 200

func (u *job) name() string { return u.String() + " " + string(u.kind) }

// fuzzTargets runs slices until the budget is used up, one for each processor at a time.
func (n *night) fuzzTargets() {
	left := n.Budget - n.state.Spent
	if n.Inputs > 0 {
		left = math.MaxInt64
	}
	began, before := time.Now(), n.state.Spent
	n.mu.Lock()
	n.fuzzing = fuzzing{began: began, before: n.executions(), spent: before}
	n.mu.Unlock()
	var lanes sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(n.jobs)) {
		lanes.Go(func() {
			for n.ctx.Err() == nil {
				rest := left - time.Since(began)
				if rest < 100*time.Millisecond {
					return
				}
				n.mu.Lock()
				u := nextJob(n.jobs)
				if u != nil {
					u.busy = true
					n.fuzzing.current = slices.Index(n.jobs, u) + 1
					n.state.Slices++
				}
				number := n.state.Slices
				n.mu.Unlock()
				if u == nil {
					if !n.anyBusy() {
						return
					}
					time.Sleep(50 * time.Millisecond) // all jobs are busy: there are more processors than jobs
					continue
				}
				n.runSlice(u, number, rest)
				n.mu.Lock()
				u.busy = false
				n.state.Spent, n.state.CPU = before+time.Since(began), n.before+cpuUsed()
				err := n.state.saveState(n.Dir)
				n.mu.Unlock()
				n.addTrouble(err)
				n.pushPeriodically()
			}
		})
	}
	lanes.Wait()
}

func (n *night) anyBusy() bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.ContainsFunc(n.jobs, func(u *job) bool { return u.busy })
}

// sliceLength returns how long a slice should take: short enough that every job has a few, and
// no longer than rest.
func (n *night) sliceLength(rest time.Duration) time.Duration {
	if n.Inputs > 0 {
		return longestSlice
	}
	even := n.Budget * time.Duration(runtime.GOMAXPROCS(0)) / time.Duration(4*len(n.jobs))
	return min(max(even, time.Second), longestSlice, rest)
}

// nativeWorkers returns how many worker processes Go's engine gets: more than one only if there
// are fewer jobs than processors.
func (n *night) nativeWorkers() int {
	engines := 0
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, u := range n.jobs {
		if u.kind != Race && u.stopped == "" {
			engines++
		}
	}
	return max(1, runtime.GOMAXPROCS(0)/max(1, engines))
}

// maxBad slices with trouble in a row end a job.
const maxBad = 3

// runSlice runs a job for one slice and collects its results.
func (n *night) runSlice(u *job, number int, rest time.Duration) {
	length := n.sliceLength(rest)
	limit := 4*length + time.Minute
	if n.Inputs == 0 {
		limit = min(limit, rest+endGrace)
	}
	seed := n.state.Seed ^ uint64(number)<<8 ^ uint64(n.Shard)<<40
	var s sliceResult
	switch u.kind {
	case Native:
		s = fuzzNative(n.ctx, u.Target, u.binaries[Native], u.folderIn(u.mirrors[Native]), n.nativeFolder(u.builtTarget), u.inputs, n.nativeWorkers(), limit)
	case Turbo:
		s = n.runTurboSlice(u, seed, limit)
	case Race:
		s = n.runRaceSlice(u)
	}
	if n.ctx.Err() != nil {
		return
	}
	s.err = errors.Join(s.err, n.collectResults(u, &s))
	if s.blockingInput != "" {
		s.err = errors.Join(s.err, n.handleBlockingInput(u, s.blockingInput))
	}
	n.mu.Lock()
	u.tally.Slices++
	u.tally.Executions += s.executions
	u.tally.AtLeast = u.tally.AtLeast || s.cutShort
	u.tally.New += s.fresh
	u.tally.CPU += s.cpu
	u.recent.addSlice(s.fresh, s.cpu)
	n.state.Inside += s.cpu
	n.mu.Unlock()
	n.planNextSlice(u, &s, length)
}

// planNextSlice sets the number of inputs of the job's next slice, and reports what was wrong
// with this one. A slice that a failing input cut short does not change the number. Go's engine
// counts its corpus, too: slices that shrink at every failure would end within the corpus, and
// the job would never get beyond a bug that it finds all the time.
func (n *night) planNextSlice(u *job, s *sliceResult, length time.Duration) {
	if s.executions > 0 && s.wall > 0 && !s.cutShort && n.Inputs == 0 {
		want := float64(s.executions) * float64(length) / float64(s.wall)
		u.inputs = int(min(max(want, 1), 10*float64(u.inputs), 1e9))
	}
	if s.flake != "" {
		n.Log("%s: the engine failed by itself: %s", u.name(), s.flake)
	}
	if s.err == nil {
		u.troublesInRow = 0
		return
	}
	n.addTrouble(fmt.Errorf("%s: %w", u.name(), s.err))
	n.mu.Lock()
	if n.ctx.Err() == nil {
		n.state.Bad = append(n.state.Bad, fmt.Sprintf("%s: %v", u.name(), s.err))
	}
	n.mu.Unlock()
	if u.troublesInRow++; u.troublesInRow == maxBad {
		n.mu.Lock()
		u.stopped = "trouble"
		n.mu.Unlock()
	}
}

func (n *night) nativeFolder(t *builtTarget) string {
	return filepath.Join(n.Dir, "engine", safeFileName(t.String()), "native")
}

func (n *night) turboFolder(t *builtTarget) string {
	return filepath.Join(n.Dir, "engine", safeFileName(t.String()), "turbo")
}
