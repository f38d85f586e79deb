package nightly

import (
	"context"
	"fmt"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// sliceResult is what a slice of a job did and found.
type sliceResult struct {
	executions    int  // at least, if it was cut short
	cutShort      bool // by an input that failed: executions since the last progress line are not counted
	fresh         int  // inputs or features that the engine calls new
	cpu, wall     time.Duration
	writtenFile   string   // name of the file that the engine wrote for an input that failed
	failed        [][]byte // files of inputs that failed, if the engine does not leave them in a folder
	blockingInput string   // name of an input of the sources at which the engine ended before it fuzzed
	flake         string   // a failure of the engine itself
	err           error
}

var (
	nativeProgress = regexp.MustCompile(`execs: (\d+) \((\d+)/sec.*?new interesting: (\d+)`)
	failingFile    = regexp.MustCompile(`Failing input written to \S*?([0-9a-f]{16})\b`)
	engineFlake    = regexp.MustCompile(`(?m)^\s+context deadline exceeded$`)
	seedFailed     = regexp.MustCompile(`failure while testing seed corpus entry: [^/\s]+/(\S+)`)
)

// NativeArgs returns the arguments with which a test binary fuzzes one target.
//
// They limit the minimisation of a failing input to ten executions: by default it takes a
// minute, in which the engine does nothing else.
func NativeArgs(name string, more ...string) []string {
	return append([]string{"-test.run=^$", "-test.fuzz=^" + name + "$", "-test.fuzzminimizetime=10x"}, more...)
}

// fuzzNative has Go's engine run its corpus, which is in cache/NAME, and n new inputs, in dir, a
// copy of the package's folder. The budget is a count, since the end of a time can look like a
// failure (golang/go#75804).
func fuzzNative(ctx context.Context, t Target, binary, dir, cache string, n, workers int, limit time.Duration) sliceResult {
	for _, corpus := range []string{filepath.Join(cache, t.Name), filepath.Join(dir, "testdata", "fuzz", t.Name)} {
		if files, err := os.ReadDir(corpus); err == nil {
			n += len(files) // the engine counts them
		}
	}
	args := NativeArgs(t.Name, "-test.fuzzcachedir="+cache, fmt.Sprintf("-test.fuzztime=%dx", n), fmt.Sprintf("-test.parallel=%d", workers))
	p := process.Spec{Dir: dir, Args: append([]string{binary}, args...), Limit: limit, LimitMemory: true}
	began := time.Now()
	ran := p.Run(ctx)
	s := readNative(t, &ran)
	s.wall = time.Since(began)
	return s
}

// readNative reads the result of a slice from the output of Go's engine.
func readNative(t Target, ran *process.Result) sliceResult {
	s := sliceResult{cpu: ran.CPU}
	out := string(ran.Output)
	moves := false
	if all := nativeProgress.FindAllStringSubmatch(out, -1); len(all) > 0 {
		last := all[len(all)-1]
		s.executions, _ = strconv.Atoi(last[1])
		moves = last[2] != "0"
		s.fresh, _ = strconv.Atoi(last[3])
	}
	switch {
	case ran.Hung && moves: // it is slow: the next slice has fewer inputs
	case ran.Hung:
		s.err = fmt.Errorf("stall: %w", ran.Failure())
	case strings.Contains(out, "no fuzz tests to fuzz"):
		s.err = fmt.Errorf("the test binary has no target %s", t.Name)
	case ran.Err == nil:
	case strings.Contains(out, "Failing input written to "):
		s.executions, s.cutShort = max(s.executions, 1), true
		if m := failingFile.FindStringSubmatch(out); m != nil {
			s.writtenFile = m[1]
		}
	case seedFailed.MatchString(out):
		s.blockingInput = seedFailed.FindStringSubmatch(out)[1]
	case engineFlake.MatchString(out):
		s.flake = "context deadline exceeded, without a failing input (golang/go#75804)"
	default:
		s.err = ran.Failure()
	}
	return s
}
