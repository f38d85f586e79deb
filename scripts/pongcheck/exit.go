package main

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// The exit codes. They hold whatever the output format.
const (
	exitNothing  = 0 // nothing was found
	exitFindings = 1 // something FAILED that is not known
	exitTrouble  = 2 // usage, set-up, I/O, an interrupt: and nothing was found
	exitNotRun   = 3 // nothing was run
)

// status is what the exit code is made of.
type status struct {
	ran     bool // something was tried, judged or told
	failed  bool // and FAILED
	trouble bool
}

// exitCode is the exit code. What FAILED counts more than trouble beside it, unless
// it could not even be told.
func (s *session) exitCode() int {
	if s.out.err != nil {
		fmt.Fprintf(s.err, "pongcheck: write the output: %v\n", s.out.err)
		return exitTrouble
	}
	switch {
	case s.status.failed:
		return exitFindings
	case s.status.trouble:
		return exitTrouble
	case !s.status.ran:
		fmt.Fprintln(s.err, "pongcheck: nothing was run")
		return exitNotRun
	}
	return exitNothing
}

// reportTrouble tells an error.
func (s *session) reportTrouble(err error) {
	s.status.trouble = true
	if errors.Is(err, context.Canceled) && s.ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	fmt.Fprintf(s.err, "pongcheck: %v\n", err)
}

// usageError is a mistake in how the command was called.
type usageError struct{ verb, reason string }

func (e usageError) Error() string {
	help := "pongcheck help"
	if e.verb != "" {
		help += " " + e.verb
	}
	return e.reason + "; see: " + help
}

// output is stdout. It keeps its first error: then nothing else is worth doing,
// and the exit code says so.
type output struct {
	w     io.Writer
	err   error
	color bool
}

func newOutput(w io.Writer) *output { return &output{w: w, color: colored(w)} }

func (o *output) Write(b []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(b)
	o.err = err
	return n, err
}

func (o *output) printf(format string, args ...any) { fmt.Fprintf(o, format, args...) }
