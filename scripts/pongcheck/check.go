package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/sweep"
)

var checkVerb = verb{
	name:  "check",
	args:  "[subject...]",
	short: "try subjects with the corpus and random traces, and shrink what fails",
	long: `Check runs traces on each subject and on the reference model side by side: first
the corpus of bugs that really happened, then single frames with every header
(the sweep), then random traces. Then it tries properties that need no model: it
cuts the bytes elsewhere, renames payloads, inserts a Pong ... It shrinks every
class of failure to the simplest trace that shows it, and stores that.

-grid prints what each subject did with each frame of the sweep: a line for the
frames that all of the subjects treat alike, and a legend. A subject in a
process of its own gets fewer frames: a few values of RSV, opcode and length
stand for all.

A subject is named implementation[/variant][@version], see "pongcheck subjects".
Check installs what a named subject needs. Without names it tries the newest
version of everything that can run here, in one to three minutes, and says what
it left out.

A list of known findings is built in. Each gets one line, and does not fail the
check. If you name a release with its version, its known findings do fail the
check, since you asked for them.

The same -seed gives the same traces, findings and output, except for timings.
It does not if -budget, a time limit or an interrupt ends the run, or if the
subject runs on a real clock. A subject is stopped after a minute, sooner
without names, unless you give -n, -budget or -known strict. TRACES then says
how many were planned.

The table: VERDICT is the worst of the findings, with "(known)" if each that
FAILED is known. FINDINGS counts the classes of findings, and the known failures
among them; a lesser finding is NON-STRICT or INFORMATIONAL. PROPS are the
properties that hold, of those that were tried.
SEC are the seconds that the subject took. -v adds the profile, and which
waiters a Pong was seen to end: "up-to" that of its Ping and all earlier ones,
"exact" that one only, "mixed" sometimes these, sometimes those.
`,
	examples: `  pongcheck check websockets/asyncio@14.1        an old release, installed first
  pongcheck check coder -n 100000 -seed 7        more traces, other ones
  pongcheck check coder -profile websockets      as if coder had promised that
  pongcheck check -corpus none -budget 1m coder  a minute of random traces
  pongcheck check -grid -n 0 coder gws           what both do with each header
  pongcheck check -json | jq .                   for programs
  pongcheck check -known strict -embargo         for CI with public logs
`,
	objects: subjectNames,
	new:     newCheck,
}

// Values of the flag -known.
const (
	knownAuto   = "auto"
	knownShow   = "show"
	knownStrict = "strict"
	knownOff    = "off"
)

// check holds the flags of the verb, and what a run of it shares.
type check struct {
	n        int
	budget   time.Duration
	seed     uint64
	corpus   *choice
	profile  profileFlag
	dir      string
	json     bool
	verbose  bool
	install  *choice
	known    *choice
	listFile string
	embargo  bool
	grid     bool

	list     knownList
	named    bool          // the user named the subjects
	within   bool          // it is a part of a night, whose exit code is not that of the check
	share    float64       // of the usual number of traces
	patience time.Duration // for one subject; 0: any
	pace     pace
}

// patience is how long one subject may take, if the user gives neither -n nor -budget. The
// usual number of traces takes about ten seconds, and the sweep as much, unless the machine is slow or the
// subject hangs in each try of a shrink.
const patience = time.Minute

func newCheck(f *flag.FlagSet) action {
	c := &check{corpus: newChoice("seeds", "none"), install: newChoice("auto", "never"), known: newChoice(knownAuto, knownShow, knownStrict, knownOff), share: 1}
	f.IntVar(&c.n, "n", -1, "run `N` random traces on each subject (default: what takes about ten seconds)")
	durationVar(f, &c.budget, "budget", 0, "run random traces and properties for this `time` on each subject, rather than a number of them")
	f.Uint64Var(&c.seed, "seed", 1, "choose the random traces by this `number`")
	f.Var(c.corpus, "corpus", "run the published `seeds` first, or none")
	f.Var(&c.profile, "profile", "judge by the profile of this `name` (default: the subject's own)")
	f.StringVar(&c.dir, "o", "", "write findings to this `folder` (default: PONGCHECK_RESULTS, or results in the cache folder)")
	f.BoolVar(&c.json, "json", false, jsonUsage)
	f.BoolVar(&c.verbose, "v", false, "print all findings in full, the verdict on every rule, how each property stands, and statistics; it takes longer")
	f.Var(c.install, "install", "install what a named subject needs: `auto` or never")
	f.Var(c.known, "known", "what known findings do: `auto` (they fail only a release named with its version), show (they never fail), strict (nor then, but one that is gone fails), off (they fail)")
	f.StringVar(&c.listFile, "known-list", "", "read the known findings from this `file` rather than the list that is built in")
	f.BoolVar(&c.embargo, "embargo", publicLog(), "print only the rule of findings in newest releases that their owners may not know of: for public logs; set where CI is")
	f.BoolVar(&c.grid, "grid", false, "print what each subject does with each frame header, side by side; -n 0 -corpus none leaves out all else")
	return c.run
}

func (c *check) run(s *session, names []string) (err error) {
	if c.n < -1 || c.budget < 0 {
		return usageError{"check", "-n and -budget cannot be negative"}
	}
	if c.dir == "" {
		if c.dir, err = resultsFolder(); err != nil {
			return err
		}
	}
	if c.known.value != knownOff {
		if c.list, err = loadKnown(c.listFile); err != nil {
			return err
		}
	}
	if c.n < 0 && c.budget == 0 && c.known.value != knownStrict {
		c.patience = patience
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400) // each trace is a connection and garbage afterwards: this halves the time of the sweep
	}
	targets, missing, err := c.chooseTargets(s, names)
	if err != nil {
		return err
	}
	if c.json {
		s.out.json(s.runLine(c.seed))
	}
	var rows []*row
	c.pace = pace{subjects: len(targets), limit: max(c.budget, c.patience)}
	for i := range targets {
		if s.ctx.Err() != nil {
			break
		}
		r, err := c.checkSubject(s, &targets[i])
		var m *subject.Missing
		switch {
		case errors.As(err, &m): // and it was asked for by name
			missing = append(missing, m)
			s.reportTrouble(fmt.Errorf("cannot check %s", m))
		case err != nil:
			s.reportTrouble(err)
		}
		if r != nil {
			rows = append(rows, r)
		}
	}
	c.present(s, rows, missing)
	return nil
}

// chooseTargets returns the subjects that the user named. Without names it returns all
// that can run here, and gives each a share of a minute.
func (c *check) chooseTargets(s *session, names []string) (targets []target, missing []*subject.Missing, err error) {
	for _, name := range names {
		found, err := findTargets(name)
		if err != nil {
			return nil, nil, usageError{"subjects", err.Error()}
		}
		for i := range found {
			found[i].pinned = strings.Contains(name, "@")
		}
		targets = append(targets, found...)
	}
	c.named = len(names) > 0
	if c.named {
		return targets, nil, nil
	}
	targets, missing, err = runnableSubjects(s.ctx)
	c.share = min(1, 6/float64(max(1, len(targets))))
	c.patience = time.Duration(c.share * float64(c.patience))
	for _, m := range missing {
		if isRequired(m.Subject) {
			s.reportTrouble(fmt.Errorf("PONGCHECK_REQUIRE names %s", m))
		}
	}
	return targets, missing, err
}

// plannedTraces returns how many random traces to run on impl: as many as take about ten
// seconds on two cores, shrinks included. The numbers are fixed, so that the same seed
// repeats the same run everywhere.
func (c *check) plannedTraces(impl *model.Implementation) int {
	if c.n >= 0 {
		return c.n
	}
	if c.budget > 0 {
		return math.MaxInt32
	}
	return int(float64(c.usualTraces(impl)) * c.share)
}

// usualTraces returns how many traces impl runs in about ten seconds.
func (c *check) usualTraces(impl *model.Implementation) int {
	switch {
	case impl.Info.Real:
		return 200
	case slow[impl.Name] > 0:
		return slow[impl.Name]
	case impl.Run != nil: // in another process
		return 8_000
	case impl.Around != nil: // in a bubble
		return 50_000
	}
	return 1_000_000 // called directly
}

// plannedFrames returns how many single frames to send to impl first: all that there are,
// unless the user wants a short run, every subject, or a subject that is slow.
func (c *check) plannedFrames(impl *model.Implementation) int {
	switch {
	case c.grid && (impl.Run != nil || impl.Info.Real):
		return sweep.New(impl.Info).Core()
	case c.grid:
		return sweep.Cells
	case c.n >= 0 || impl.Run != nil || impl.Info.Real:
		return 0 // in proportion to the traces
	case c.budget > 0:
		return int(framesPerSecond * c.budget.Seconds())
	case !c.named:
		return int(c.share * float64(sweep.Cells) / 4)
	}
	return sweep.Cells
}

// framesPerSecond is how many frames of the sweep a second of the budget is worth: about a
// third of what a bubble does in that time.
const framesPerSecond = 3000

// slow holds the usual number of traces of subjects that need more time for each: their
// driver runs threads, a failure ends their process, or their bubbles cannot run side by
// side.
var slow = map[string]int{"websockets/threading": 500, "websockets/trio": 100, "yamux": 1000}

const (
	// propertyShare is how many random traces are compared with the model for each one
	// that properties get, which make several experiments of it.
	propertyShare = 4

	// tracingShare is the part of a budget for the comparison with the model.
	tracingShare = 0.75
)

// withDeadline returns ctx with the time limit of one subject.
func (c *check) withDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.pace.limit > 0 {
		return context.WithTimeout(ctx, c.pace.limit)
	}
	return context.WithCancel(ctx)
}

// withTracingDeadline returns ctx with the part of a budget that random traces may use.
func (c *check) withTracingDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	if c.budget > 0 {
		return context.WithTimeout(ctx, time.Duration(tracingShare*float64(c.budget)))
	}
	return context.WithCancel(ctx)
}

// exceptDeadline returns err, or nil if err only says that the budget is used up.
func (c *check) exceptDeadline(err error) error {
	if c.budget > 0 && errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	return err
}
