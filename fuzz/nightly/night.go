package nightly

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/corpus/store"
	"github.com/pongcheck/pongcheck/props/result"
)

// Options are the settings of a night.
type Options struct {
	Root     string        // folder of the Go sources
	Packages []string      // patterns of packages, as go list takes them
	Plan     []string      // targets, as Target.String names them, that must be there
	Dir      string        // a folder for all that must survive, of one run at a time
	Budget   time.Duration // how long it fuzzes; builds and replays before that are not counted
	Seed     uint64        // 0: chosen afresh
	NoRace   bool          // nothing is run with the race detector
	Command  string        // what continues a night that was ended too early

	// Remote is a store that is shared with others, nil if there is none. What is new goes
	// to a store in Dir first, so that one that is out of reach costs nothing but time.
	Remote store.Backend

	// Shard of Shards, from 1: machines that share a store and run the same command.
	// All of them fuzz all targets, with other seeds.
	Shard, Shards int

	Found func(*Finding)                // is told of each finding, once
	Log   func(format string, a ...any) // is told of what is done
}

// Result is what a night came to.
type Result struct {
	Targets  []result.Target
	Findings []*Finding // by target and signature, those of earlier processes of the night among them
	Night    result.Night
	Troubles []error // what was not done as it should have been
	File     string  // of the results, as JSON lines
}

// FAILED reports whether something was found.
func (r *Result) FAILED() bool {
	return slices.ContainsFunc(r.Findings, (*Finding).FAILED)
}

// night is a run.
type night struct {
	Options
	ctx      context.Context
	state    *state
	found    *findings
	local    *store.Store
	remote   *store.Store
	targets  []*running
	units    []*unit
	canary   *running
	mirrored map[string]bool // modules
	before   time.Duration   // processor time of the processes before this one

	mu       sync.Mutex // of what follows, of the state and of found
	troubles []error
	pushed   time.Time
}

// running is a target of a night.
type running struct {
	Target
	binaries map[Kind]string
	mirrors  map[Kind]string // of its module, for each engine
	replayer *replayer
	features int // that turbo saw
	stored   map[store.ID]bool

	mu    sync.Mutex      // of what follows; one failing input of a target is looked at at a time
	seen  map[string]bool // failing inputs that were looked at, by the names of their files
	raced map[string]bool // inputs that were run with the race detector
}

// unit is an engine on a target.
type unit struct {
	*running
	kind   Kind
	tally  *tally
	recent recent
	idle   time.Duration // with which it is charged for slices with nothing to do
	n      int           // inputs of the next slice
	busy   bool          // a slice is under way
	off    string        // why there are no more
	bad    int           // slices with trouble, one after the other
}

func (u *unit) name() string { return u.String() + " " + string(u.kind) }

// Run fuzzes all targets for the time of the budget. It goes on after a finding. When ctx
// ends, or the process does, what was found is in o.Dir, and a Run with the same Command
// continues: it is the same night. The result is nil if no target was found or ctx ended.
func Run(ctx context.Context, o Options) (*Result, error) {
	var err error
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o777); err != nil {
		return nil, fmt.Errorf("make the folder of the night: %w", err)
	}
	unlock, err := lock(filepath.Join(o.Dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("%w: another run uses %s", err, o.Dir)
	}
	defer unlock()
	n := &night{Options: o, ctx: ctx, mirrored: map[string]bool{}}
	if err := n.open(); err != nil {
		return nil, err
	}
	if err := n.prepare(); err != nil {
		return nil, err
	}
	if len(n.targets) == 0 {
		return nil, errors.Join(n.troubles...)
	}
	n.pull()
	for _, t := range n.targets {
		n.check(t)
	}
	n.tryCanary()
	n.fuzz()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return n.finish()
}

// open begins a night, or continues the one that is under way.
func (n *night) open() error {
	s, err := loadState(n.Dir)
	if err != nil {
		return err
	}
	if s == nil || s.Done || s.Command != n.Command {
		s = &state{Time: time.Now().UTC().Truncate(time.Second), Seed: n.Seed, Command: n.Command, Commit: n.commit(), Units: map[string]*tally{}}
		if s.Seed == 0 {
			s.Seed = rand.Uint64N(1 << 53)
		}
		s.ID = fmt.Sprintf("%s-%d-%x", s.Time.Format("20060102T150405Z"), n.Shard, rand.Uint32())
	} else {
		n.Log("continuing the night of %s, %v of its budget are left", s.Time.Format(time.RFC3339), max(0, n.Budget-s.Spent).Round(time.Second))
	}
	n.state, n.before = s, s.CPU
	if err := s.save(n.Dir); err != nil {
		return err
	}
	if n.found, err = openFindings(filepath.Join(n.Dir, "findings", s.ID)); err != nil {
		return err
	}
	folder, err := store.OpenFolder(filepath.Join(n.Dir, "store"))
	if err != nil {
		return fmt.Errorf("open the store of the night: %w", err)
	}
	n.local = store.New(folder)
	if n.Remote != nil {
		n.remote = store.New(n.Remote)
	}
	return nil
}

// commit is that of the sources, empty if they have none.
func (n *night) commit() string {
	cmd := exec.CommandContext(n.ctx, "git", "rev-parse", "HEAD")
	cmd.Dir = n.Root
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// trouble remembers what did not go as it should.
func (n *night) trouble(err error) {
	if err == nil || n.ctx.Err() != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.troubles = append(n.troubles, err)
	n.Log("trouble: %v", err)
}

// prepare finds the targets and builds what runs them.
func (n *night) prepare() error {
	packages, err := Packages(n.ctx, n.Root, n.Packages...)
	if err != nil {
		return err
	}
	for _, p := range packages {
		targets, err := n.build(p, !n.NoRace)
		if n.ctx.Err() != nil {
			return n.ctx.Err()
		}
		n.trouble(err)
		n.targets = append(n.targets, targets...)
	}
	for _, name := range n.Plan {
		if !slices.ContainsFunc(n.targets, func(t *running) bool { return t.String() == name }) {
			n.trouble(fmt.Errorf("the target %s of the plan is missing", name))
		}
	}
	if len(n.targets) == 0 {
		return nil
	}
	for _, t := range n.targets {
		for _, kind := range []Kind{Native, Turbo, Race} {
			if t.binaries[kind] != "" {
				u := &unit{running: t, kind: kind, n: 2000}
				u.tally = n.state.unit(u.name())
				n.units = append(n.units, u)
			}
		}
	}
	// Each machine of a fleet begins elsewhere.
	if n.Shards > 1 {
		at := (n.Shard - 1) * len(n.units) / n.Shards
		n.units = slices.Concat(n.units[at:], n.units[:at])
	}
	return n.openCanary()
}

// build builds the test binaries of a package, and mirrors its module.
func (n *night) build(p *Package, race bool) (targets []*running, err error) {
	n.Log("building %s", p.Path)
	bin := filepath.Join(n.Dir, "bin")
	binaries := map[Kind]string{}
	if binaries[Native], err = p.Build(n.ctx, Native, bin, ""); err != nil {
		return nil, err
	}
	if race {
		if binaries[Race], err = p.Build(n.ctx, Race, bin, ""); err != nil {
			n.trouble(err)
		}
	}
	turbo := ""
	if p.harness {
		if turbo, err = p.Build(n.ctx, Turbo, bin, ""); err != nil {
			n.trouble(err)
		}
	}
	mirrors := map[Kind]string{}
	for _, kind := range []Kind{Native, Turbo, Race} {
		mirrors[kind] = filepath.Join(n.Dir, "mirror", fileName(p.Module), string(kind))
		if n.mirrored[mirrors[kind]] {
			continue
		}
		if err := mirror(p.ModuleDir, mirrors[kind], n.Dir, kind != Race); err != nil {
			return nil, err
		}
		n.mirrored[mirrors[kind]] = true
	}
	found, err := p.Targets(n.ctx, binaries[Native])
	if err != nil {
		return nil, err
	}
	replays := &replayer{mirror: mirrors[Race]}
	for _, t := range found {
		r := &running{Target: t, binaries: map[Kind]string{Native: binaries[Native], Race: binaries[Race]}, mirrors: mirrors, replayer: replays,
			stored: map[store.ID]bool{}, seen: map[string]bool{}, raced: map[string]bool{}}
		if turbo != "" {
			runs, err := t.RunsTurbo(n.ctx, turbo, t.folder(mirrors[Turbo]))
			if err != nil {
				return nil, err
			}
			if runs {
				r.binaries[Turbo] = turbo
			}
		}
		targets = append(targets, r)
	}
	return targets, nil
}

// fuzz runs slices until the budget is used up, as many at a time as there are processors.
func (n *night) fuzz() {
	left := n.Budget - n.state.Spent
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
	even := n.Budget * time.Duration(runtime.GOMAXPROCS(0)) / time.Duration(4*len(n.units))
	return min(max(even, time.Second), 20*time.Second, rest)
}

// workers is how many processes Go's engine gets: more than one only where there are fewer
// targets than processors.
func (n *night) workers() int {
	engines := 0
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
		s, u.features = n.turbo(u, seed)
	case Race:
		s = n.race(u)
	}
	if n.ctx.Err() != nil {
		return
	}
	s.err = errors.Join(s.err, n.gather(u, &s))
	n.mu.Lock()
	u.tally.Executions += s.executions
	u.tally.New += s.fresh
	u.tally.CPU += s.cpu
	u.recent.add(s.fresh, s.cpu)
	n.state.Inside += s.cpu
	n.mu.Unlock()
	n.account(u, &s, length)
}

// account sets the size of the unit's next slice, and tells what was wrong with this one.
func (n *night) account(u *unit, s *slice, length time.Duration) {
	if s.executions > 0 && s.wall > 0 {
		want := float64(s.executions) * float64(length) / float64(s.wall)
		u.n = int(min(max(want, 100), 10*float64(u.n), 1e9))
	}
	if s.flake != "" {
		n.Log("%s: the engine failed by itself: %s", u.name(), s.flake)
	}
	if s.blocked != "" {
		u.off = s.blocked
		n.Log("%s: not fuzzed any more: %s", u.name(), s.blocked)
		return
	}
	if s.err == nil {
		u.bad = 0
		return
	}
	n.trouble(fmt.Errorf("%s: %w", u.name(), s.err))
	if u.bad++; u.bad == maxBad {
		u.off = "trouble"
	}
}

func (n *night) cache(t *running) string {
	return filepath.Join(n.Dir, "engine", fileName(t.String()), "native")
}

func (n *night) turboFolder(t *running) string {
	return filepath.Join(n.Dir, "engine", fileName(t.String()), "turbo")
}
