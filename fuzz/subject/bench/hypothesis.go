package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/pongcheck/pongcheck/fuzz/subject"
)

//go:embed python/hypothesis_bench.py python/requirements-hypothesis.txt
var hypothesisFiles embed.FS

// hypothesisExamples is how many executions a trial of Hypothesis may use. They are its budget,
// since a Python interpreter's CPU time says nothing about an engine. They take ten seconds
// and more.
const hypothesisExamples = 1000

// hypothesisTrial makes trials with Hypothesis's own state machine, over a Python port of the
// mutants of specimen/exact that are easy to port. The oracle is a model in Python too, so
// compare only executions, and those with care.
func hypothesisTrial(ctx context.Context, t *task, seed uint64, o limits) (trial, error) {
	args := []string{t.name, strconv.FormatUint(seed, 10), strconv.Itoa(hypothesisExamples)}
	if o.shrink {
		args = append(args, "shrink")
	}
	out, err := runHypothesis(ctx, args...)
	if err != nil {
		return trial{}, err
	}
	var r trial
	var found, length, tries int
	if _, err := fmt.Sscan(out, &found, &r.traces, &r.ops, &length, &tries); err != nil {
		return r, fmt.Errorf("hypothesis_bench.py %s: %w: %q", strings.Join(args, " "), err, out)
	}
	if r.found = found == 1; r.found && o.shrink {
		r.length, r.tries = length, tries
	}
	return r, nil
}

// portedNames returns the tasks that the script knows; none if the script cannot run.
var portedNames = sync.OnceValue(func() []string {
	out, err := runHypothesis(context.Background(), "list")
	if err != nil {
		fmt.Fprintf(os.Stderr, "bench: without Hypothesis: %v\n", err)
		return nil
	}
	return strings.Fields(out)
})

func isPorted(t *task) bool { return slices.Contains(portedNames(), t.name) }

// runHypothesis runs the script with the packages it needs, after installing them in the cache.
func runHypothesis(ctx context.Context, args ...string) (string, error) {
	packages, err := hypothesisPackages()
	if err != nil {
		return "", err
	}
	script, err := hypothesisFiles.ReadFile("python/hypothesis_bench.py")
	if err != nil {
		return "", err
	}
	c := exec.CommandContext(ctx, "python3", append([]string{"-"}, args...)...)
	c.Stdin = bytes.NewReader(script)
	c.Env = append(os.Environ(), "PYTHONPATH="+packages, "PYTHONNOUSERSITE=1", "PYTHONHASHSEED=0", "PYTHONDONTWRITEBYTECODE=1")
	var trouble strings.Builder
	c.Stderr = &trouble
	out, err := c.Output()
	if err != nil {
		return "", fmt.Errorf("hypothesis_bench.py %s: %w: %s", strings.Join(args, " "), err, trouble.String())
	}
	return string(out), nil
}

// hypothesisPackages returns a folder in the cache with the required packages. It fills the
// folder under another name and then renames it, so that an existing folder is complete.
var hypothesisPackages = sync.OnceValues(func() (string, error) {
	cache, err := subject.Cache()
	if err != nil {
		return "", err
	}
	const version = "hypothesis-6.170.17"
	dir := filepath.Join(cache, "bench", version)
	if _, err := os.Stat(dir); err == nil {
		return dir, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return "", err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".new-*")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	requirements, err := hypothesisFiles.ReadFile("python/requirements-hypothesis.txt")
	if err != nil {
		return "", err
	}
	list := filepath.Join(tmp, "requirements.txt")
	if err := os.WriteFile(list, requirements, 0o644); err != nil {
		return "", err
	}
	fmt.Fprintf(os.Stderr, "bench: installing %s from PyPI into %s\n", version, dir)
	c := exec.Command("python3", "-m", "pip", "install", "--target", tmp, "--no-deps", "--require-hashes", "--only-binary", ":all:",
		"--no-input", "--quiet", "--disable-pip-version-check", "-r", list)
	if out, err := c.CombinedOutput(); err != nil {
		return "", fmt.Errorf("install %s: %w: %s", version, err, out)
	}
	if err := os.Rename(tmp, dir); err != nil {
		return "", err
	}
	return dir, nil
})
