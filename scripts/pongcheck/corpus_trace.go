package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
)

// tracer runs the inputs of a native fuzz target one by one, each in a process of its
// own, and says which blocks of the module's code it reached, and how often.
type tracer struct {
	build  string // names what was built
	fuzz   string // the function
	temp   string
	binary string
	limit  time.Duration // of a run
}

// errFails is the reason for which an input was not traced: the target fails with it.
var errFails = errors.New("the target fails with it")

// newTracer builds the test binary of a target of the module in a folder, with its
// blocks counted.
func newTracer(ctx context.Context, dir, target string, limit time.Duration) (t *tracer, err error) {
	pkg, name := splitTarget(target)
	if !isFuzzName(name) || strings.HasPrefix(pkg, "-") {
		return nil, fmt.Errorf("target %.200q: want an import path, a dot, and the name of a fuzz function", target)
	}
	out, err := goCommand(ctx, dir, "list", "-f", "{{.Dir}}\n{{with .Module}}{{.Path}}{{end}}", pkg)
	if err != nil {
		return nil, err
	}
	at, module, _ := strings.Cut(strings.TrimSpace(out), "\n")
	if module == "" {
		return nil, fmt.Errorf("%s is in no module", pkg)
	}
	temp, err := os.MkdirTemp("", "pongcheck")
	if err != nil {
		return nil, err
	}
	t = &tracer{fuzz: name, temp: temp, binary: filepath.Join(temp, "target.test"), limit: limit}
	_, err = goCommand(ctx, dir, "test", "-c", "-o", t.binary, "-trimpath", "-covermode=count", "-coverpkg="+module+"/...", pkg)
	if err == nil {
		t.build, err = hashOf(t.binary)
	}
	if err == nil {
		err = t.has(ctx, pkg)
	}
	if err == nil {
		err = t.lookLike(at)
	}
	if err != nil {
		t.close()
		return nil, err
	}
	return t, nil
}

// has says whether the fuzz function is there.
func (t *tracer) has(ctx context.Context, pkg string) error {
	out, err := exec.CommandContext(ctx, t.binary, "-test.list=^"+t.fuzz+"$").CombinedOutput()
	if err != nil {
		return fmt.Errorf("list its tests: %w: %.500s", err, out)
	}
	if !strings.Contains("\n"+string(out), "\n"+t.fuzz+"\n") {
		return fmt.Errorf("%s has no %s", pkg, t.fuzz)
	}
	return nil
}

func (t *tracer) close() { os.RemoveAll(t.temp) }

// folder is where the target runs.
func (t *tracer) folder() string { return filepath.Join(t.temp, "run") }

// inputs is where the target finds its inputs.
func (t *tracer) inputs() string { return filepath.Join(t.folder(), "testdata", "fuzz", t.fuzz) }

// lookLike makes a folder that looks to the target like that of its package, but for
// the inputs: nothing is written to the package.
func (t *tracer) lookLike(pkg string) error {
	if err := os.MkdirAll(t.inputs(), 0o777); err != nil {
		return err
	}
	for _, sub := range []string{"", "testdata"} {
		files, err := os.ReadDir(filepath.Join(pkg, sub))
		if err != nil && !(sub != "" && errors.Is(err, os.ErrNotExist)) {
			return err
		}
		for _, f := range files {
			if name := filepath.Join(sub, f.Name()); name != "testdata" && name != filepath.Join("testdata", "fuzz") {
				if err := os.Symlink(filepath.Join(pkg, name), filepath.Join(t.folder(), name)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func hashOf(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}

// trace runs an input. The features are eight times the number of a block plus the bucket
// of how often it ran, as those of package turbo; the cost is how many statements ran.
func (t *tracer) trace(ctx context.Context, in format.Input) (features []uint32, cost uint64, err error) {
	const name = "input"
	codec, err := format.Find("go")
	if err != nil {
		return nil, 0, err
	}
	file, err := codec.Encode(in)
	if err != nil {
		return nil, 0, err
	}
	if err := os.WriteFile(filepath.Join(t.inputs(), name), file, 0o644); err != nil {
		return nil, 0, err
	}
	profile := filepath.Join(t.temp, "profile")
	os.Remove(profile)
	if err := t.run(ctx, name, profile); err != nil {
		return nil, 0, err
	}
	f, err := os.Open(profile)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	return readProfile(f)
}

// run runs the input of a name alone, under the limits.
func (t *tracer) run(ctx context.Context, name, profile string) error {
	ctx, stop := context.WithTimeout(ctx, t.limit)
	defer stop()
	cmd := exec.CommandContext(ctx, t.binary, "-test.v", "-test.run=^"+t.fuzz+"$/^"+name+"$", "-test.coverprofile="+profile)
	cmd.Dir = t.folder()
	cmd.Env = append(os.Environ(), "PWD="+t.folder())
	cmd.WaitDelay = time.Second
	out := &tail{}
	cmd.Stdout, cmd.Stderr = out, out
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case ctx.Err() == context.DeadlineExceeded:
		return fmt.Errorf("it did not end in %s", t.limit)
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.As(err, &exit):
		return fmt.Errorf("%w: %s", errFails, exit)
	case err != nil:
		return err
	case !out.passed:
		return fmt.Errorf("%s does not run it: %.200q", t.fuzz, out.last)
	}
	return nil
}

// tail keeps the last of an output, and whether the input passed.
type tail struct {
	last   []byte
	passed bool
}

const maxTail = 4096

func (o *tail) Write(p []byte) (int, error) {
	o.last = append(o.last, p...)
	o.passed = o.passed || bytes.Contains(o.last, []byte("--- PASS: Fuzz")) && bytes.Contains(o.last, []byte("/input"))
	if len(o.last) > maxTail {
		o.last = append(o.last[:0], o.last[len(o.last)-maxTail/2:]...)
	}
	return len(p), nil
}

// readProfile reads the counts of go test: a block a line, always in the same order.
//
//	example.com/m/file.go:3.14,5.2 STATEMENTS COUNT
func readProfile(r io.Reader) (features []uint32, cost uint64, err error) {
	lines := bufio.NewScanner(r)
	for n := 0; lines.Scan(); n++ {
		words := strings.Fields(lines.Text())
		if len(words) != 3 { // the first line is the mode
			continue
		}
		statements, err1 := strconv.ParseUint(words[1], 10, 32)
		count, err2 := strconv.ParseUint(words[2], 10, 32)
		if err := errors.Join(err1, err2); err != nil {
			return nil, 0, fmt.Errorf("line %d of the profile: %w", n+1, err)
		}
		if count > 0 {
			features = append(features, uint32(8*n+min(bits.Len64(count), 8)-1))
			cost += statements * count
		}
	}
	return features, cost, lines.Err()
}
