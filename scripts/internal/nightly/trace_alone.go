package nightly

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"math/bits"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// alone runs each input in a process of its own, which works for any native fuzz target.
type alone struct{ *traced }

// Ahead does nothing: a process costs the same at any time.
func (t *alone) Ahead(context.Context, iter.Seq[format.Input], int) error { return nil }

// Trace runs an input. A feature is eight times the number of a block plus the bucket of how often
// the block ran, as in package turbo. The cost is how many statements ran.
func (t *alone) Trace(ctx context.Context, in format.Input) (features []uint32, cost uint64, err error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	file, err := encodeInput(in)
	if err != nil {
		return nil, 0, fmt.Errorf("%w: %w", ErrMisfit, err)
	}
	if err := os.WriteFile(filepath.Join(t.inputFolder(), aloneName), file, 0o644); err != nil {
		return nil, 0, err
	}
	profile := filepath.Join(t.temp, "profile")
	os.Remove(profile)
	if err := t.runAlone(ctx, profile); err != nil {
		return nil, 0, err
	}
	f, err := os.Open(profile)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	return readProfile(f)
}

const aloneName = "input"

// runAlone runs the input that is in the folder.
func (t *alone) runAlone(ctx context.Context, profile string) error {
	p := process.Spec{Dir: t.runFolder(), Env: []string{"PWD=" + t.runFolder()}, Limit: t.limit, LimitMemory: true,
		Args: []string{t.binary, "-test.v", "-test.run=^" + t.Name + "$/^" + aloneName + "$", "-test.coverprofile=" + profile}}
	ran := p.Run(ctx)
	t.cpu += ran.CPU
	var exit *exec.ExitError
	switch began := bytes.Contains(ran.Output, []byte("=== RUN   "+t.Name+"/"+aloneName)); {
	case ctx.Err() != nil:
		return ctx.Err()
	case ran.Hung:
		return fmt.Errorf("%w in %s", ErrHangs, t.limit)
	case ran.Err != nil && !errors.As(ran.Err, &exit):
		return ran.Err
	case !began:
		return fmt.Errorf("%w: %s does not run it: %.200q", ErrMisfit, t.Name, process.Tail(ran.Output))
	case ran.Err != nil:
		return fmt.Errorf("%w: %s", ErrFails, exit)
	}
	return nil
}

// readProfile reads a cover profile: one block a line, always in the same order.
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
