package nightly

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// Kind is how a test binary is built.
type Kind string

const (
	Native Kind = "native" // with the instrumentation of go test -fuzz
	Turbo  Kind = "turbo"  // with the instrumentation of package turbo
	Trace  Kind = "trace"  // as Turbo, and the same binary in whatever folder it is built
	Cover  Kind = "cover"  // counts all blocks of its module; the same binary in whatever folder it is built
	Race   Kind = "race"   // with the race detector
)

// Build builds the test binary of a package into a folder, and returns its path. Turbo and Trace
// count edges in the packages that pattern matches or, if it is empty, in the module of the
// package. Trace counts them in the package as well.
func (p *Package) Build(ctx context.Context, kind Kind, folder, pattern string) (string, error) {
	name, err := filepath.Abs(filepath.Join(folder, safeFileName(p.Path)+"."+string(kind)+".test"))
	if err != nil {
		return "", err
	}
	args := []string{"test", "-c", "-o", name}
	switch kind {
	case Native:
		args = append(args, "-fuzz=.")
	case Race:
		args = append(args, "-race")
	case Cover:
		args = append(args, "-trimpath", "-covermode=count", "-coverpkg="+p.Module+"/...")
	case Turbo, Trace:
		if pattern == "" {
			pattern = p.countedPackages()
		}
		args = append(args, "-gcflags="+pattern+"=-d=libfuzzer", "-gcflags="+probePath+"=-d=libfuzzer")
		if kind == Trace {
			args = append(args, "-trimpath", "-gcflags="+p.Path+"=-d=libfuzzer")
		}
	}
	cmd := exec.CommandContext(ctx, "go", append(args, ".")...)
	cmd.Dir, cmd.Env = p.Dir, append(os.Environ(), p.env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the %s test binary of %s: %w\n%s", kind, p.Path, err, out)
	}
	if err := syncFile(name); err != nil {
		return "", fmt.Errorf("build the %s test binary of %s: %w", kind, p.Path, err)
	}
	return name, nil
}

// syncFile waits until a file is on the disk.
func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// countedPackages is the pattern of the packages under test, whose edges are counted. In this
// project's own module they are the specimens.
func (p *Package) countedPackages() string {
	if p.Module == ourModule {
		return ourModule + "/model/specimen"
	}
	return p.Module + "/..."
}

// listLimit is how long a test binary may take to list its targets, its TestMain included.
const listLimit = time.Minute

// Targets returns the fuzz targets that a test binary of the package lists when it runs in a
// folder, in that order.
func (p *Package) Targets(ctx context.Context, binary, folder string) ([]Target, error) {
	list := process.Spec{Dir: folder, Args: []string{binary, "-test.list=^Fuzz"}, Limit: listLimit, LimitMemory: true}
	ran := list.Run(ctx)
	if ran.Err != nil || ran.Hung {
		return nil, fmt.Errorf("list the fuzz targets of %s: %w", p.Path, ran.Failure())
	}
	var all []Target
	for line := range strings.Lines(string(ran.Output)) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "Fuzz") {
			all = append(all, Target{p, line})
		}
	}
	return all, nil
}

// safeFileName makes a readable file name of any text, different for each.
func safeFileName(text string) string {
	short := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, text)
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%s-%x", short[max(0, len(short)-60):], sum[:4])
}
