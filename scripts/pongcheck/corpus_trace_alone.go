package main

import (
	"bufio"
	"bytes"
	"context"
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

// alone runs each input in a process of its own: any native fuzz target does so.
type alone struct{ *traced }

// trace runs an input. The features are eight times the number of a block plus the bucket
// of how often it ran, as those of package turbo; the cost is how many statements ran.
func (t *alone) trace(ctx context.Context, in format.Input) (features []uint32, cost uint64, err error) {
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
func (t *alone) run(ctx context.Context, name, profile string) error {
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
