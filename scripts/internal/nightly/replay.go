package nightly

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// hangs is how long an input may run before it counts as a hang.
const hangs = 10 * time.Second

// replayer runs inputs as go test without -fuzz does, in a mirror that no engine uses.
type replayer struct {
	mu     sync.Mutex // held while a process may read the inputs in the mirror
	mirror string     // of the module
}

// folderIn returns the folder of the package in a mirror of its module.
func (p *Package) folderIn(mirror string) string {
	rel, err := filepath.Rel(p.ModuleDir, p.Dir)
	if err != nil {
		return mirror
	}
	return filepath.Join(mirror, rel)
}

// seedFolder returns the folder from which go test reads the inputs of a target, in a mirror of
// its module.
func (t Target) seedFolder(mirror string) string {
	return filepath.Join(t.folderIn(mirror), "testdata", "fuzz", t.Name)
}

// replayInput runs one input with settings added to the environment. The failure is nil if it
// passes. The error says why it was not run.
func (r *replayer) replayInput(ctx context.Context, t Target, binary string, file []byte, env ...string) (*failure, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	name := "replay-" + inputName(file)
	path := filepath.Join(t.seedFolder(r.mirror), name)
	if err := corpus.WriteFile(path, string(file)); err != nil {
		return nil, fmt.Errorf("replay: %w", err)
	}
	defer os.Remove(path)
	return r.replaySubtest(ctx, t, binary, name, env...)
}

// replaySubtest runs the input whose subtest has a name. Its caller holds r.mu.
func (r *replayer) replaySubtest(ctx context.Context, t Target, binary, name string, env ...string) (*failure, error) {
	p := r.testProcess(t, binary, hangs, "-test.run=^"+t.Name+"$/^"+regexp.QuoteMeta(name)+"$")
	p.Env = append(p.Env, env...)
	ran := p.Run(ctx)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	out := string(ran.Output)
	switch {
	case ran.Err != nil || ran.Hung:
		if !strings.Contains(out, "=== RUN   "+t.Name+"/"+name) && !ran.Hung {
			return nil, fmt.Errorf("replay an input of %s: it was not run: %w", t, ran.Failure())
		}
		// What the target logged before it ran the input does not belong to the failure.
		return newFailure(out[max(0, strings.Index(out, "=== RUN   "+t.Name+"/"+name)):], ran.Hung), nil
	case !strings.Contains(out, "--- PASS: "+t.Name+"/"+name) && !strings.Contains(out, "--- SKIP: "+t.Name):
		return nil, fmt.Errorf("replay an input of %s: it was not run: %s", t, out)
	}
	return nil, nil
}

func (r *replayer) testProcess(t Target, binary string, limit time.Duration, args ...string) process.Spec {
	args = append([]string{binary, "-test.v", "-test.timeout=0", "-test.paniconexit0"}, args...)
	p := process.Spec{Dir: t.folderIn(r.mirror), Args: args, Limit: limit, LimitMemory: true}
	if strings.HasSuffix(binary, "."+string(Race)+".test") {
		p.LimitMemory = false
		p.Env = []string{"GORACE=" + raceOptions()}
	}
	return p
}

// raceOptions are the options of the race detector. By default a process waits a second at its
// end, which would be most of the time of a replay.
func raceOptions() string {
	return strings.TrimSpace("atexit_sleep_ms=50 " + os.Getenv("GORACE"))
}

const (
	// rounds is how often the inputs of a target are run. An input at which the process dies ends
	// a round, and the next one leaves it out.
	rounds = 50

	// maxSkipped bounds the pattern of the inputs to leave out, in bytes: it is an argument.
	maxSkipped = 100 << 10
)

// replayAll runs the inputs of a target, those in its mirror and those that its code adds, whose
// subtests match a pattern and are not in without. It returns the failures by the names of the
// subtests, and how many inputs ran. Its caller holds r.mu.
func (r *replayer) replayAll(ctx context.Context, t Target, binary, pattern string, without map[string]*failure, limit time.Duration) (failed map[string]*failure, n int, cpu time.Duration, err error) {
	failed = map[string]*failure{}
	for range rounds {
		p := r.testProcess(t, binary, limit, "-test.run=^"+t.Name+"$/"+pattern)
		p.Silence = hangs + time.Second
		if skip := skipPattern(t, failed, without); len(skip) > maxSkipped {
			break
		} else if skip != "" {
			p.Args = append(p.Args, "-test.skip="+skip)
		}
		ran := p.Run(ctx)
		cpu += ran.CPU
		if ctx.Err() != nil {
			return failed, n, cpu, ctx.Err()
		}
		sections, last := sectionsOf(t, string(ran.Output))
		n += len(sections)
		if ran.Err == nil && !ran.Hung {
			return failed, n, cpu, nil
		}
		before := len(failed)
		for _, m := range regexp.MustCompile(`(?m)^\s*--- FAIL: `+t.Name+`/([^/\n]+) \(`).FindAllStringSubmatch(string(ran.Output), -1) {
			if text, printed := sections[m[1]]; printed {
				failed[m[1]] = newFailure(text, false)
			} else if f, err := r.replaySubtest(ctx, t, binary, m[1]); f != nil && err == nil { // its section is in the part of a long output that was not kept
				failed[m[1]] = f
			}
		}
		if len(failed) == before && last != "" {
			failed[last] = newFailure(sections[last], ran.Hung) // the process died at it
		}
		if len(failed) == before {
			return failed, n, cpu, fmt.Errorf("replay the inputs of %s: %w", t, ran.Failure())
		}
	}
	return failed, n, cpu, fmt.Errorf("replay the inputs of %s: %d failed, and those after them did not run", t, len(failed))
}

// skipPattern returns a pattern that matches the subtests that failed.
func skipPattern(t Target, failed ...map[string]*failure) string {
	var names []string
	for _, some := range failed {
		for name := range some {
			names = append(names, "^"+t.Name+"$/^"+regexp.QuoteMeta(name)+"$")
		}
	}
	return strings.Join(names, "|")
}

// sectionsOf splits an output into what each input printed, by the names of their subtests, and
// returns the name of the last that ran. What a subtest of an input prints belongs to the input.
// Inputs that run side by side, by t.Parallel, print in turns.
func sectionsOf(t Target, out string) (sections map[string]string, last string) {
	sections = map[string]string{}
	name, begin := "", 0
	for at := 0; at < len(out); {
		line, _, _ := strings.Cut(out[at:], "\n")
		if m := turn.FindStringSubmatch(line); m != nil {
			if name != "" {
				sections[name] += out[begin:at]
			}
			_, sub, _ := strings.Cut(m[1], t.Name+"/")
			name, _, _ = strings.Cut(sub, "/")
			begin = at
			if name != "" {
				last = name
			}
		}
		at += len(line) + 1
	}
	if name != "" {
		sections[name] += out[begin:]
	}
	return sections, last
}

var turn = regexp.MustCompile(`^=== (?:RUN|CONT|NAME) +(\S.*)$`)
