package nightly

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
)

// A Tracer runs inputs of a fuzz target one by one, and returns which code under test each
// reached, and how often. It is for one goroutine.
type Tracer interface {
	// Trace runs an input. The features mean the same in one build only; the cost counts what
	// ran. An error that is due to the input is one of those below.
	Trace(ctx context.Context, in format.Input) (features []uint32, cost uint64, err error)

	// Ahead runs inputs for later calls of Trace, so many times each, where that is cheaper. When
	// ctx ends early, Trace still answers for the inputs that ran.
	Ahead(ctx context.Context, inputs iter.Seq[format.Input], times int) error

	// Built names the target in the build of its test binary to which the features belong.
	Built() string

	// CPU is the processor time of the processes that have ended; after Close, of all.
	CPU() time.Duration

	Close() error
}

// Why an input was not traced.
var (
	ErrFails  = errors.New("the target fails with it")
	ErrHangs  = errors.New("it did not end") // in time
	ErrMisfit = errors.New("it does not fit")
)

// NewTracer builds the test binary of a target and chooses how it is traced: on Linux a target
// made by package fuzz runs all inputs in one process; any other needs a process for each input,
// and counts every block of its module. An input that runs longer than limit hangs.
func NewTracer(ctx context.Context, t Target, limit time.Duration) (Tracer, error) {
	tr, err := newTraced(t, t.Dir, limit)
	if err != nil {
		return nil, err
	}
	found, err := tr.findTracer(ctx)
	if err != nil {
		return nil, errors.Join(err, tr.Close())
	}
	return found, nil
}

// traced is a fuzz target in a test binary that counts what runs.
type traced struct {
	Target
	built  string
	temp   string
	binary string
	limit  time.Duration // of a run
	cpu    time.Duration
}

// newTraced makes a target that will run in a folder that looks like at.
func newTraced(t Target, at string, limit time.Duration) (*traced, error) {
	temp, err := os.MkdirTemp("", "pongcheck")
	if err != nil {
		return nil, err
	}
	tr := &traced{Target: t, temp: temp, limit: limit}
	if err := tr.linkPackage(at); err != nil {
		return nil, errors.Join(err, tr.Close())
	}
	return tr, nil
}

func (t *traced) findTracer(ctx context.Context) (Tracer, error) {
	if runtime.GOOS == "linux" && t.harness { // turbo counts edges on Linux only
		if err := t.buildBinary(ctx, Trace); err != nil {
			return nil, err
		}
		if s := newServed(t); s.answersTracer(ctx) {
			return s, nil
		}
	}
	if err := t.buildBinary(ctx, Cover); err != nil {
		return nil, err
	}
	return &alone{t}, nil
}

func (t *traced) buildBinary(ctx context.Context, kind Kind) error {
	binary, err := t.Build(ctx, kind, t.temp, "")
	if err != nil {
		return err
	}
	there, err := t.Targets(ctx, binary, t.runFolder())
	if err != nil {
		return err
	}
	if !slices.Contains(there, t.Target) {
		return fmt.Errorf("%s has no %s", t.Path, t.Name)
	}
	return t.setBinary(binary)
}

// setBinary chooses the binary, and computes the name of the build.
func (t *traced) setBinary(binary string) error {
	f, err := os.Open(binary)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return err
	}
	io.WriteString(h, t.Name) // targets of one package may share entries, and reach other code with them
	t.binary, t.built = binary, hex.EncodeToString(h.Sum(nil))
	return nil
}

func (t *traced) Built() string      { return t.built }
func (t *traced) CPU() time.Duration { return t.cpu }
func (t *traced) Close() error       { return os.RemoveAll(t.temp) }

// runFolder is the folder in which the target runs.
func (t *traced) runFolder() string { return filepath.Join(t.temp, "run") }

// inputFolder is the folder from which the target reads its inputs.
func (t *traced) inputFolder() string {
	return filepath.Join(t.runFolder(), "testdata", "fuzz", t.Name)
}

// linkPackage makes a folder that looks to the target like that of its package, but without the
// inputs, so that nothing is written to the package.
func (t *traced) linkPackage(pkg string) error {
	if err := os.MkdirAll(t.inputFolder(), 0o777); err != nil {
		return err
	}
	for _, sub := range []string{"", "testdata"} {
		files, err := os.ReadDir(filepath.Join(pkg, sub))
		if err != nil && !(sub != "" && errors.Is(err, os.ErrNotExist)) {
			return err
		}
		for _, f := range files {
			if name := filepath.Join(sub, f.Name()); name != "testdata" && name != filepath.Join("testdata", "fuzz") {
				if err := os.Symlink(filepath.Join(pkg, name), filepath.Join(t.runFolder(), name)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}
