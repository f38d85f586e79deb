package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"text/tabwriter"
	"time"

	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/nightly"
	"github.com/pongcheck/pongcheck/scripts/internal/remote"
)

var nightlyVerb = verb{
	name:  "nightly",
	args:  "[package...]",
	short: "fuzz all targets of a repository for a time, and go on after a finding",
	long: `Nightly finds the fuzz targets of packages (default: ./...), of this repository or
any other, and builds them once for each engine. It replays what failed before, plain
and with the race detector, hunts a canary to see that bugs are found at all, and then
fuzzes in slices until the budget is used up. What fails is replayed, shrunk, replayed
ten times more, and pinned in the store; then it goes on.

Engines begin with the few entries of the store that reach what all of them reach; the
others stay in the store. To find them a tenth of the budget is used at most: entries
of targets that are made by package fuzz are traced if there are more than 100, those of
others if there are more than 1,000. What time does not allow is done the next night.

Then the tests that check properties run with the night's seed, those that call
props.Check or props.CheckConcurrent themselves or by functions of their package: they
share a tenth of the budget, and have five seconds each at least. One that does not end
by then is told, and the night is not green.

When it is interrupted or killed, nothing is lost: the same command continues. What is
shared with other machines or nights is in a store; without one it stays in the folder.
Results are JSON lines in the folder, and immutable records in the store.

The budget is the time for fuzzing. Not counted are builds and replays before it, 20 s
that the last slice gets to end, and the replays of what that found (a minute of
shrinking for a failure at most).

The tests run in a copy of the module: the sources stay as they are. What a test starts
is killed with it, on Linux daemons as well.
`,
	examples: `  pongcheck nightly                              30 minutes, here
  pongcheck nightly -budget 8h -store ../corpus  with a store that outlives it
  pongcheck nightly -store S -shard 2/4          the second of four machines
`,
	new: newNightly,
}

// inputsEnv sets [nightly.Options].Inputs. Tests use it, so that no clock decides what a
// night finds.
const inputsEnv = "PONGCHECK_NIGHT_INPUTS"

// night is the verb with its flags.
type night struct {
	budget time.Duration
	store  string
	dir    string
	plan   string
	seed   uint64
	shard  string
	race   bool

	withSubjects bool
}

func newNightly(f *flag.FlagSet) action {
	c := new(night)
	durationVar(f, &c.budget, "budget", 30*time.Minute, "fuzz for this `time`; builds and replays before that are not counted")
	f.StringVar(&c.store, "store", "", "share corpus and results through the store of this `name`: a folder or a URL, as for pongcheck corpus")
	f.StringVar(&c.dir, "o", "", "keep all that must survive in this `folder` (default: nightly in PONGCHECK_RESULTS or in results of the cache folder)")
	f.StringVar(&c.plan, "plan", "", "fail if a target is missing that this `file` names: a line each, import path, dot, name")
	f.Uint64Var(&c.seed, "seed", 0, "choose inputs by this `number` (default: another one each night)")
	f.StringVar(&c.shard, "shard", "1/1", "this is machine `i/n` of several that share a store")
	f.BoolVar(&c.race, "race", true, "replay with the race detector, too, which needs a C compiler")
	f.BoolVar(&c.withSubjects, "subjects", false, "then check the subjects that can run here, for a tenth of the budget, and hunt the mutants")
	return c.run
}

func (c *night) run(s *session, names []string) error {
	o, err := c.options(s, names)
	if err != nil {
		return err
	}
	stop := c.watch(s, &o)
	r, err := nightly.Run(s.ctx, o)
	stop()
	if r == nil {
		if err == nil {
			fmt.Fprintf(s.err, "pongcheck: no fuzz target, and no test of properties, in %s\n", strings.Join(names, " "))
		}
		if troubles, ok := err.(interface{ Unwrap() []error }); ok {
			s.repeatTroubles(troubles.Unwrap())
			return nil
		}
		return err
	}
	s.status.ran, s.status.failed = true, r.FailsNight()
	c.printResults(s, r)
	s.repeatTroubles(r.Troubles)
	if err != nil || !c.withSubjects {
		return err
	}
	dir := strings.TrimSuffix(r.File, filepath.Ext(r.File)) // beside the results
	return c.subjects(s, r.Night.Seed, dir)
}

// repeatTroubles reports the first line of each trouble: the log of the night has the rest.
func (s *session) repeatTroubles(troubles []error) {
	for _, t := range troubles {
		if line, _, more := strings.Cut(t.Error(), "\n"); more {
			t = fmt.Errorf("%s (see above)", line)
		}
		s.reportTrouble(t)
	}
}

func (c *night) options(s *session, names []string) (o nightly.Options, err error) {
	if c.budget <= 0 {
		return o, usageError{"nightly", "-budget is not positive"}
	}
	if len(names) == 0 {
		names = []string{"./..."}
	}
	o = nightly.Options{Root: ".", Packages: names, Dir: c.dir, Budget: c.budget, Seed: c.seed, NoRace: !c.race}
	if n, err := fmt.Sscanf(c.shard, "%d/%d", &o.Shard, &o.Shards); n != 2 || err != nil || o.Shard < 1 || o.Shard > o.Shards {
		return o, usageError{"nightly", "-shard: want i/n, with i from 1 to n"}
	}
	if text := os.Getenv(inputsEnv); text != "" {
		if o.Inputs, err = strconv.Atoi(text); err != nil {
			return o, fmt.Errorf("read %s: %w", inputsEnv, err)
		}
	}
	if o.Dir == "" {
		results, err := resultsFolder()
		if err != nil {
			return o, err
		}
		o.Dir = filepath.Join(results, "nightly")
	}
	os.Unsetenv(result.Env) // a night leaves its own results: what targets leave on its way is not for the same report
	if o.Plan, err = readPlan(c.plan); err != nil {
		return o, err
	}
	if c.store != "" {
		if o.Remote, err = remote.Open(s.ctx, c.store); err != nil {
			return o, err
		}
	}
	here, err := os.Getwd()
	if err != nil {
		return o, err
	}
	o.Shown = c.shown(names)
	o.Command = fmt.Sprintf("%s: %s -seed %d -store %q", here, o.Shown, c.seed, c.store)
	o.Version, _ = buildVersion()
	o.Found = func(f *nightly.Finding) {
		s.status.failed = s.status.failed || f.FailsNight() // an interrupt does not take it back
		s.out.printf("%s\n", summary(f))
	}
	o.Interrupted = func(r *nightly.Result, left time.Duration) {
		c.printResults(s, r)
		s.out.printf("interrupted: the same command continues, %v left\n", left.Round(time.Second))
	}
	return o, nil
}

// watch shows how far the night is until stop is called.
func (c *night) watch(s *session, o *nightly.Options) (stop func()) {
	var state atomic.Pointer[func() string]
	starting := func() string { return "starting" }
	state.Store(&starting)
	p := startProgress(s.err, "nightly", func(*progress) string { return (*state.Load())() })
	o.Log, o.Watch = p.note, func(status func() string) { state.Store(&status) }
	found := o.Found
	o.Found = func(f *nightly.Finding) {
		p.clear()
		found(f)
	}
	interrupted := o.Interrupted
	o.Interrupted = func(r *nightly.Result, left time.Duration) {
		p.clear()
		interrupted(r, left)
	}
	return p.stop
}

// shown is the command for results, which may be public: without folders, stores and the
// seed. A mutant is another subject: its night is another one.
func (c *night) shown(names []string) string {
	words := append([]string{"pongcheck", "nightly"}, names...)
	if mutant := os.Getenv("PONGCHECK_MUTANT"); mutant != "" {
		words = append([]string{"PONGCHECK_MUTANT=" + mutant}, words...)
	}
	words = append(words, "-budget", c.budget.String())
	if !c.race {
		words = append(words, "-race=false")
	}
	if c.withSubjects {
		words = append(words, "-subjects")
	}
	if c.shard != "1/1" {
		words = append(words, "-shard", c.shard)
	}
	return strings.Join(words, " ")
}

// readPlan reads the names of targets; lines that begin with # are comments.
func readPlan(file string) (names []string, err error) {
	if file == "" {
		return nil, nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the plan: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			names = append(names, line)
		}
	}
	return names, nil
}

// summary is a finding in two lines.
func summary(f *nightly.Finding) string {
	return fmt.Sprintf("%s %s: %s (%s, by %s)\n  %s", f.Verdict(), f.Target, f.Signature, f.Reproducibility(), f.Engine, f.ReplayCommand())
}

// printResults prints a table of the targets, the findings and the totals.
func (c *night) printResults(s *session, r *nightly.Result) {
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "\nTARGET\tENGINE\tEXECUTIONS\tCPU S\tNEW\tENTRIES\tFINDINGS\t")
	for _, l := range r.Targets {
		fmt.Fprintf(t, "%s.%s\t%s\t%s\t%.1f\t%d\t%d\t%d\t%s\n", l.Package, l.Target, l.Engine, count(l.Executions, l.AtLeast), *l.CPU/1000, l.NewFeatures, l.Entries, l.Findings, l.Off)
	}
	t.Flush()
	s.out.printf("\n")
	for _, f := range r.Findings {
		s.out.printf("%s\n", summary(f))
	}
	s.out.printf("%s, %s executions; %d %% of the processor time was spent in targets\n",
		plural(len(r.Findings), "finding"), count(r.Night.Executions, r.Night.AtLeast), int(100**r.Night.Inside/max(1, *r.Night.CPU)))
	if r.File != "" { // a night that was interrupted has none yet
		s.out.printf("results: %s\n", r.File)
	}
}

// count says of executions that there may have been more: Go's engine does not tell how
// many it ran since its last line when an input fails.
func count(n int64, atLeast bool) string {
	if atLeast {
		return fmt.Sprintf("≥%d", n)
	}
	return fmt.Sprint(n)
}
