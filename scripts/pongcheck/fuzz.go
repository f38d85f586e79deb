package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/scripts/internal/nightly"
)

var fuzzVerb = verb{
	name:  "fuzz",
	args:  "PACKAGE",
	short: "fuzz one target of a package's tests",
	long: `Fuzz runs one fuzz target of a package's tests. Go's own engine, native, takes any
target. Turbo takes those that are made by fuzz.Tracker, fuzz.Responder or
fuzz.Decoder; it goes on after a finding, and runs short inputs some twenty times as
often.

If the package has several targets, -target chooses one. What the tests print is
passed through. Failing inputs are left in testdata/fuzz of the package, as go test
-fuzz does.
`,
	examples: `  pongcheck fuzz ./fuzz -target FuzzTracker                    with Go's engine
  pongcheck fuzz ./fuzz -target FuzzTracker -engine turbo -n 1000000
`,
	new: newFuzz,
}

// fuzzing is the verb with its flags.
type fuzzing struct {
	engine     *choice
	target     string // a pattern
	budget     time.Duration
	n          int    // inputs to run; 0: until the budget is used up
	seed       uint64 // of turbo
	dir        string
	instrument string
}

func newFuzz(f *flag.FlagSet) action {
	c := &fuzzing{engine: newChoice("native", "turbo")}
	f.Var(c.engine, "engine", "fuzz with Go's own engine, `native`, or with turbo")
	f.StringVar(&c.target, "target", "", "fuzz the target whose name matches this `pattern`")
	durationVar(f, &c.budget, "budget", 30*time.Second, "fuzz for this `time`")
	f.IntVar(&c.n, "n", 0, "run this `number` of inputs instead")
	f.Uint64Var(&c.seed, "seed", 1, "choose the inputs of turbo by this `number`")
	f.StringVar(&c.dir, "dir", "", "keep what an engine found in this `folder` (default: of native the Go cache, of turbo nowhere)")
	f.StringVar(&c.instrument, "instrument", "", "for turbo count edges in the packages of this `pattern` (default: the module of the package)")
	return c.fuzzPackage
}

func (c *fuzzing) fuzzPackage(s *session, names []string) error {
	if c.n < 0 {
		return usageError{"fuzz", "fuzz: -n cannot be negative"}
	}
	if c.budget <= 0 {
		return usageError{"fuzz", "fuzz: -budget must be more than 0"}
	}
	pattern, err := regexp.Compile("^(?:" + c.target + ")$")
	if err != nil {
		return usageError{"fuzz", fmt.Sprintf("fuzz: -target is no regular expression: %v", err)}
	}
	folder, err := os.MkdirTemp("", "pongcheck-fuzz-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	t, binary, err := c.buildTarget(s, names[0], folder, pattern)
	if err != nil {
		return err
	}
	if nightly.Kind(c.engine.value) == nightly.Turbo {
		return c.runTurbo(s, t, binary, folder)
	}
	return c.runNative(s, t, binary)
}

// buildTarget builds the test binary of a package and chooses its target. Building takes
// long, so that it shows progress.
func (c *fuzzing) buildTarget(s *session, name, folder string, pattern *regexp.Regexp) (t nightly.Target, binary string, err error) {
	found, err := nightly.Packages(s.ctx, ".", name)
	if err != nil {
		return t, "", err
	}
	if len(found) != 1 {
		return t, "", fmt.Errorf("fuzz %s: want one package with fuzz targets, have %d", name, len(found))
	}
	p := startProgress(s.err, "fuzz", func(p *progress) string { return "building " + found[0].Path + ", " + p.seconds() })
	defer p.stop()
	if !p.live {
		p.note("building %s", found[0].Path)
	}
	binary, err = found[0].Build(s.ctx, nightly.Kind(c.engine.value), folder, c.instrument)
	if err != nil {
		return t, "", err
	}
	t, err = c.chooseTarget(s.ctx, found[0], binary, pattern)
	return t, binary, err
}

// chooseTarget returns the one target that is meant. Go test fuzzes none without an error;
// here that is an error.
func (c *fuzzing) chooseTarget(ctx context.Context, p *nightly.Package, binary string, pattern *regexp.Regexp) (t nightly.Target, err error) {
	all, err := p.Targets(ctx, binary, p.Dir)
	if err != nil {
		return t, err
	}
	var names, chosen []string
	for _, one := range all {
		names = append(names, one.Name)
		if c.target == "" || pattern.MatchString(one.Name) {
			t, chosen = one, append(chosen, one.Name)
		}
	}
	if len(chosen) != 1 {
		return t, fmt.Errorf("fuzz %s: want one target, have %d; -target chooses among %s", p.Path, len(chosen), strings.Join(names, ", "))
	}
	return t, nil
}

// runNative fuzzes a target with the engine of go test. A failing exit counts as a finding
// only if the target left an input or its own seeds fail.
func (c *fuzzing) runNative(s *session, t nightly.Target, binary string) error {
	budget := c.budget.String()
	if c.n > 0 {
		budget = strconv.Itoa(c.n) + "x"
	}
	cache, err := c.corpusFolder(s.ctx, t)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(s.ctx, binary, nightly.NativeArgs(t.Name, "-test.fuzztime="+budget, "-test.fuzzcachedir="+cache)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.Dir, s.out, s.err
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) } // so that it stores what it found
	cmd.WaitDelay = 10 * time.Second
	before, err := countInputs(t)
	if err != nil {
		return err
	}
	err = cmd.Run()
	if s.ctx.Err() != nil {
		return s.ctx.Err()
	}
	s.status.ran = true
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return err
	}
	after, err := countInputs(t)
	if err != nil {
		return err
	}
	if after == before && !s.seedFails(t, binary) {
		return fmt.Errorf("the engine ended with %v, and left no failing input", exit)
	}
	s.status.failed = true
	return nil
}

// seedFails reports whether a target fails before it is fuzzed.
func (s *session) seedFails(t nightly.Target, binary string) bool {
	cmd := exec.CommandContext(s.ctx, binary, "-test.run=^"+t.Name+"$")
	cmd.Dir = t.Dir
	var exit *exec.ExitError
	return errors.As(cmd.Run(), &exit) && s.ctx.Err() == nil
}

// corpusFolder returns the folder in which the native engine keeps its corpus.
func (c *fuzzing) corpusFolder(ctx context.Context, t nightly.Target) (string, error) {
	if c.dir != "" {
		return filepath.Abs(c.dir)
	}
	out, err := exec.CommandContext(ctx, "go", "env", "GOCACHE").Output()
	if err != nil {
		return "", fmt.Errorf("ask for the Go cache: %w", err)
	}
	return filepath.Join(strings.TrimSpace(string(out)), "fuzz", filepath.FromSlash(t.Path)), nil
}

// countInputs counts the inputs of a target in testdata/fuzz.
func countInputs(t nightly.Target) (int, error) {
	files, err := os.ReadDir(filepath.Join(t.Dir, "testdata", "fuzz", t.Name))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	return len(files), err
}

// runTurbo fuzzes a target with turbo.
func (c *fuzzing) runTurbo(s *session, t nightly.Target, binary, folder string) error {
	dir, err := filepath.Abs(c.dir)
	if err != nil {
		return err
	}
	if c.dir == "" {
		dir = filepath.Join(folder, "run")
	}
	d := c.budget
	if c.n > 0 {
		d = 0
	}
	r := nightly.FuzzTurbo(s.ctx, t, binary, t.Dir, turbo.Options{Seed: c.seed, N: c.n, Dir: dir}, d, s.out)
	for _, death := range r.Deaths {
		s.status.failed = true
		how := "ended the process (" + death.Status + ")"
		if death.Hung {
			how = "does not end"
		}
		s.out.printf("FAILED: an input %s: %x\n", how, death.Input)
	}
	var exit *exec.ExitError
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case !r.Reported && len(r.Deaths) == 0:
		return fmt.Errorf("%s does not run with turbo: it is not made by fuzz.Tracker, Responder or Decoder, or it failed before", t)
	case errors.As(r.Err, &exit):
		s.status.failed = true
	case r.Err != nil:
		return r.Err
	}
	s.status.ran = true
	return nil
}
