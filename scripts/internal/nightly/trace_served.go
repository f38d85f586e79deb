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
	"github.com/pongcheck/pongcheck/corpus/store"
	"github.com/pongcheck/pongcheck/fuzz/child"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// served has inputs run by the tracer of package turbo: all in one process, for as long
// as that lives. Targets that are made by package fuzz do so.
type served struct {
	*traced
	now   *serving // nil: none
	ready map[store.ID][]reached
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

// answersTracer reports whether the target takes notice of what it is asked for.
func (t *served) answersTracer(ctx context.Context) bool {
	t.Trace(ctx, format.Input{})
	return t.now != nil // else it ended, or did not answer
}

// Trace runs an input, if it was not run ahead. The features are those of package turbo,
// and so is the cost.
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

// Inputs on their way at a time: to wait for each one's answer costs ten times as much as
// to run it.
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

// traceInputs runs inputs. When the process ends by one, the rest are run by another.
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
			to.Write(all) // if it fails, there are no answers either
			close(sent)
		}()
		for len(inputs) > 0 && t.now != nil {
			r := t.readAnswer(ctx)
			if ctx.Err() != nil {
				break
			}
			in := inputs[0]
			for { // what ended the process is not run again
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

// keepReached keeps what an input reached. Mostly it is the same every time.
func (t *served) keepReached(id store.ID, r reached) {
	if before := t.ready[id]; len(before) > 0 && slices.Equal(before[0].features, r.features) {
		r.features = before[0].features
	}
	t.ready[id] = append(t.ready[id], r)
}

// readAnswer reads the next answer. Without one the process is no more.
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

// startProcess starts a process if there is none. What it prints is of no interest.
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

// stopProcess has the process end, by itself if it does so in a second, and says how it ended.
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

// Close ends the process that serves.
func (t *served) Close() error {
	t.stopProcess()
	return t.traced.Close()
}
