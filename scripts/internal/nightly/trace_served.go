package nightly

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/fuzz/child"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// served has the tracer of package turbo run all inputs in one process, as long as that lives. It
// works for targets made by package fuzz.
type served struct {
	*traced
	now   *serving               // the process; nil: none runs
	ready map[store.ID][]reached // answers for Trace, in order
}

// reached is what an input reached, or why it was not traced.
type reached struct {
	features []uint32
	cost     uint64
	err      error
}

// serving is a process that traces.
type serving struct {
	cmd    *exec.Cmd
	inputs *os.File
	from   *os.File
	reader *bufio.Reader
	kill   context.CancelFunc
	ended  chan error // why, once
}

func newServed(t *traced) *served { return &served{traced: t, ready: map[store.ID][]reached{}} }

// answersTracer reports whether the target can trace inputs: others ignore the request.
func (t *served) answersTracer(ctx context.Context) bool {
	t.Trace(ctx, format.Input{})
	return t.now != nil // nil: the process ended, or did not answer
}

// Trace runs an input unless it ran ahead. Features and cost are those of package turbo.
func (t *served) Trace(ctx context.Context, in format.Input) (features []uint32, cost uint64, err error) {
	if in.Form == format.Args {
		return nil, 0, fmt.Errorf("%w: %s takes one []byte, and this is a file of arguments", ErrMisfit, t.Name)
	}
	id := store.Sum(in.Data)
	if len(t.ready[id]) == 0 {
		if err := t.traceInputs(ctx, [][]byte{in.Data}); err != nil {
			return nil, 0, err
		}
	}
	r := t.ready[id][0]
	if t.ready[id] = t.ready[id][1:]; len(t.ready[id]) == 0 {
		delete(t.ready, id)
	}
	return r.features, r.cost, r.err
}

// Ahead sends so many inputs before it reads answers: waiting for each answer would cost ten times
// as much as running the input.
const (
	maxAhead      = 256
	maxAheadBytes = 1 << 20
)

func (t *served) Ahead(ctx context.Context, inputs iter.Seq[format.Input], times int) error {
	var batch [][]byte
	size := 0
	for in := range inputs {
		if in.Form == format.Args {
			continue
		}
		for range times {
			batch = append(batch, in.Data)
		}
		if size += len(in.Data) * times; len(batch) < maxAhead && size < maxAheadBytes {
			continue
		}
		if err := t.traceInputs(ctx, batch); err != nil {
			return err
		}
		batch, size = batch[:0], 0
	}
	return t.traceInputs(ctx, batch)
}

// traceInputs runs inputs. If the process ends at one, another process runs the rest.
func (t *served) traceInputs(ctx context.Context, inputs [][]byte) error {
	for len(inputs) > 0 {
		if err := t.startProcess(ctx); err != nil {
			return err
		}
		var all []byte
		for _, in := range inputs {
			all = turbo.AppendInput(all, in)
		}
		to, sent := t.now.inputs, make(chan struct{})
		go func() {
			to.Write(all) // if it fails, readAnswer fails, too
			close(sent)
		}()
		for len(inputs) > 0 && t.now != nil {
			r := t.readAnswer(ctx)
			if ctx.Err() != nil {
				break
			}
			in := inputs[0]
			for { // an input that ended the process is not run again
				t.keepReached(store.Sum(in), r)
				if inputs = inputs[1:]; t.now != nil || len(inputs) == 0 || !bytes.Equal(inputs[0], in) {
					break
				}
			}
		}
		if ctx.Err() != nil {
			t.stopProcess()
		}
		<-sent
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// keepReached keeps an answer. Equal answers for an input, the usual case, share memory.
func (t *served) keepReached(id store.ID, r reached) {
	if before := t.ready[id]; len(before) > 0 && slices.Equal(before[0].features, r.features) {
		r.features = before[0].features
	}
	t.ready[id] = append(t.ready[id], r)
}

// readAnswer reads the next answer. If none comes, it ends the process.
func (t *served) readAnswer(ctx context.Context) reached {
	t.now.from.SetReadDeadline(time.Now().Add(t.limit))
	r, err := turbo.ReadReached(t.now.reader)
	if err == nil && r.Signature != "" {
		return reached{err: fmt.Errorf("%w: %s", ErrFails, r.Signature)}
	}
	if err == nil {
		return reached{features: r.Features, cost: r.Cost}
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.now.kill()
		t.stopProcess()
		return reached{err: fmt.Errorf("%w in %s", ErrHangs, t.limit)}
	}
	return reached{err: fmt.Errorf("%w: %w", ErrFails, cmp.Or(t.stopProcess(), err))}
}

// startProcess starts a process if none runs, and ignores what it prints.
func (t *served) startProcess(ctx context.Context) error {
	if t.now != nil {
		return nil
	}
	in, inputs, err := os.Pipe()
	if err != nil {
		return err
	}
	defer in.Close()
	from, out, err := os.Pipe()
	if err != nil {
		inputs.Close()
		return err
	}
	defer out.Close()
	ctx, kill := context.WithCancel(ctx)
	wish := url.Values{"trace": {"/dev/fd/3"}, "to": {"/dev/fd/4"}}
	p := process.Spec{Dir: t.runFolder(), Env: []string{"PWD=" + t.runFolder(), engineEnv + "=" + wish.Encode()},
		Args: []string{t.binary, "-test.run=^" + t.Name + "$", "-test.timeout=0"}, LimitMemory: true}
	cmd := p.Command(ctx)
	cmd.ExtraFiles = []*os.File{in, out}
	if err := cmd.Start(); err != nil {
		kill()
		return errors.Join(err, inputs.Close(), from.Close())
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.now = &serving{cmd, inputs, from, bufio.NewReader(from), kill, ended}
	return nil
}

// stopProcess ends the process, which gets a second to end by itself, and returns how it ended.
func (t *served) stopProcess() error {
	s := t.now
	if s == nil {
		return nil
	}
	t.now = nil
	s.inputs.Close()
	s.from.Close()
	defer s.kill()
	defer time.AfterFunc(time.Second, s.kill).Stop()
	err := <-s.ended
	t.cpu += child.CPU(s.cmd)
	return err
}

// Close ends the process and removes the folder.
func (t *served) Close() error {
	t.stopProcess()
	return t.traced.Close()
}
