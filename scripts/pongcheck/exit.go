package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
)

// The exit codes. They hold whatever the output format.
const (
	exitNothing  = 0 // nothing was found
	exitFindings = 1 // something FAILED that is not known
	exitTrouble  = 2 // usage, set-up, I/O, an interrupt: and nothing was found
	exitNotRun   = 3 // nothing was run
)

// status decides the exit code.
type status struct {
	ran     bool // something was tried, judged or printed
	failed  bool // something FAILED that is not known
	trouble bool // an error was reported
}

// exitCode returns the exit code. What FAILED counts more than trouble beside it,
// unless the output could not be written.
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

// reportTrouble prints an error and makes the exit code say so.
func (s *session) reportTrouble(err error) {
	s.status.trouble = true
	if errors.Is(err, context.Canceled) && s.ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	fmt.Fprintf(s.err, "pongcheck: %v\n", err)
}

// usageError is a mistake in how the command was called.
type usageError struct {
	verb   string // whose page of help explains it; empty: the list of verbs does
	reason string
}

func (e usageError) Error() string {
	return e.reason + "\nsee: " + strings.TrimSpace("pongcheck help "+e.verb)
}

// output is stdout. After its first error it writes nothing more, and the exit code
// says so.
type output struct {
	w     io.Writer // takes plain text, until passRaw
	err   error     // the first one
	color bool      // verdicts are coloured
	width int       // of prose, in columns
}

func newOutput(w io.Writer) *output {
	return &output{w: newPlain(w), color: wantsColor(w), width: widthOf(w)}
}

// passRaw lets everything through: commands for a runner of CI, whose writer escapes what is in
// them, and the bytes of an entry for a program.
func (o *output) passRaw() { o.w = unwrapPlain(o.w) }

func (o *output) Write(b []byte) (int, error) {
	if o.err != nil {
		return 0, o.err
	}
	n, err := o.w.Write(b)
	o.err = err
	return n, err
}

// paragraph prints lines of prose, broken at the width.
func (o *output) paragraph(lines []string) {
	for _, line := range lines {
		o.printf("%s", breakLine(line, "  ", o.width))
	}
}

func (o *output) printf(format string, args ...any) { fmt.Fprintf(o, format, args...) }
