package nightly

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// Options are the settings of a night.
type Options struct {
	Root     string        // folder of the Go sources
	Packages []string      // patterns of packages, as go list takes them
	Plan     []string      // targets that must be there, as Target.String names them
	Dir      string        // keeps all that must survive; one run at a time may use it
	Budget   time.Duration // how long it fuzzes, with endGrace for the last slice; builds and replays before and after are not counted
	Inputs   int           // if not 0, each engine runs so many inputs on each target, and no clock decides anything
	Seed     uint64        // 0: another one each night
	NoRace   bool          // do not use the race detector
	Command  string        // a Run with the same command continues a night that was interrupted
	Shown    string        // the command in the results, without the seed
	Version  string        // of the program, for the results

	// Remote is a store that is shared with others, nil if there is none. New entries go to a
	// store in Dir first, so that nothing is lost while Remote is out of reach.
	Remote store.Backend

	// Shard of Shards, from 1: machines that share a store and run the same command.
	// Each of them fuzzes all targets, with a seed of its own.
	Shard, Shards int

	Found func(*Finding)                // called once for each finding
	Log   func(format string, a ...any) // called for each thing that is done, and for troubles

	// Watch, if it is set, is called once with a function that says in a line how far the
	// night is, at any time until Run returns.
	Watch func(status func() string)

	// Interrupted, if it is set, is called when ctx ends after the preparations: with the
	// results so far, and what is left of the budget.
	Interrupted func(r *Result, left time.Duration)
}

// Result is the result of a night.
type Result struct {
	Targets  []result.Target
	Findings []*Finding // by target and signature, also those of earlier processes of the night
	Night    result.Night
	Troubles []error // what went wrong
	File     string  // of the results, as JSON lines; empty if the night is not done

	propertyLines []any // JSON lines of tests that check properties
}

// FailsNight reports whether a finding fails the night.
func (r *Result) FailsNight() bool {
	return slices.ContainsFunc(r.Findings, (*Finding).FailsNight)
}

// night is a night that runs in this process.
type night struct {
	Options
	ctx        context.Context
	state      *state
	isNew      bool // the night begins in this process
	found      *findings
	local      *store.Store
	remote     *store.Store
	targets    []*builtTarget
	jobs       []*job
	canary     *builtTarget
	properties []*property
	mirrored   map[string]bool // the mirrors that this process made
	before     time.Duration   // processor time of earlier processes

	mu       sync.Mutex // of what follows, of the state, the tallies and found
	stage    string     // what is being done
	fuzzing  fuzzing
	troubles []error
	pushed   time.Time
}

// builtTarget is a target that is ready to be run by its engines.
type builtTarget struct {
	Target
	binaries map[Kind]string
	mirrors  map[Kind]string // of its module, for each engine
	replayer *replayer
	stored   map[store.ID]bool

	mu    sync.Mutex      // of what follows; one failing input of a target is handled at a time
	seen  map[string]bool // failing inputs that were handled, by the names of their files
	raced map[string]bool // inputs that ran with the race detector, by the names of their files
}

// Run fuzzes all targets until the budget is used up, and then runs the tests that check
// properties. It goes on after a finding. When ctx or the process ends, o.Dir has what was found,
// and a Run with the same Command continues the night. The result is nil if there is nothing to
// run or ctx ended.
func Run(ctx context.Context, o Options) (*Result, error) {
	var err error
	if o.Dir, err = filepath.Abs(o.Dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(o.Dir, 0o777); err != nil {
		return nil, fmt.Errorf("make the folder of the night: %w", err)
	}
	unlock, err := lockFile(filepath.Join(o.Dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("%w: another run uses %s", err, o.Dir)
	}
	defer unlock()
	endDaemons := process.AdoptOrphans()
	defer func() {
		if killed := endDaemons(); killed > 0 {
			o.Log("killed %d daemons that targets left behind", killed)
		}
	}()
	n := &night{Options: o, ctx: ctx, mirrored: map[string]bool{}}
	if err := n.openState(); err != nil {
		return nil, err
	}
	if n.Watch != nil {
		n.Watch(n.status)
	}
	if err := n.prepareTargets(); err != nil {
		return nil, err
	}
	if n.hasNothingToRun() {
		return nil, errors.Join(n.troubles...)
	}
	n.pullCorpus()
	for _, t := range n.targets {
		n.replayPinned(t)
	}
	n.seedAllEngines()
	n.huntCanary()
	n.fuzzTargets()
	n.runProperties()
	if ctx.Err() != nil {
		n.reportInterrupt()
		return nil, ctx.Err()
	}
	return n.finishNight()
}

// openState begins a night, or continues one that was interrupted.
func (n *night) openState() error {
	s, err := loadState(n.Dir)
	if err != nil {
		return err
	}
	if s == nil || !s.Done {
		// After a loss of power they may be cut off, and go build would take them for whole.
		if err := os.RemoveAll(n.binaryFolder()); err != nil {
			return fmt.Errorf("remove the test binaries of a night that was interrupted: %w", err)
		}
	}
	if n.isNew = s == nil || s.Done || s.Command != n.Command; n.isNew {
		s = &state{Time: time.Now().UTC().Truncate(time.Second), Seed: n.Seed, Command: n.Command, Commit: n.sourceCommit(), Units: map[string]*tally{}}
		if s.Seed == 0 {
			s.Seed = rand.Uint64N(1 << 53)
		}
		s.ID = fmt.Sprintf("%s-%d-%x", s.Time.Format("20060102T150405Z"), n.Shard, rand.Uint32())
	} else {
		n.Log("continuing the night of %s, %v of its budget are left", s.Time.Format(time.RFC3339), max(0, n.Budget-s.Spent).Round(time.Second))
	}
	for _, text := range s.Bad {
		n.troubles = append(n.troubles, errors.New(text)) // a kill does not undo the trouble
	}
	n.state, n.before = s, s.CPU
	if err := s.saveState(n.Dir); err != nil {
		return err
	}
	if n.found, err = openFindings(filepath.Join(n.Dir, "findings", s.ID), n.Root); err != nil {
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

// binaryFolder is the folder of the test binaries.
func (n *night) binaryFolder() string { return filepath.Join(n.Dir, "bin") }

// sourceCommit returns the commit of the sources, empty if they have none.
func (n *night) sourceCommit() string {
	cmd := exec.CommandContext(n.ctx, "git", "rev-parse", "HEAD")
	cmd.Dir = n.Root
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

// addTrouble notes and logs an error that does not end the night, unless err is nil or ctx ended.
func (n *night) addTrouble(err error) {
	if err == nil || n.ctx.Err() != nil {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.troubles = append(n.troubles, err)
	n.Log("trouble: %v", err)
}
