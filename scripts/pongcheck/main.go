// Command pongcheck checks how WebSocket implementations track the pings they
// send and answer the pings they receive, against a reference model. "pongcheck help"
// lists what it does; JSON.md describes what -json prints.
//
// # Files
//
//   - A verb is a file: check.go, judge.go, corpus_ls.go. verb.go has the list.
//   - The command line is main.go, verb.go, flags.go, help*.go, suggest.go and
//     completion.go; exit.go has the exit codes.
//   - The other files are named after what they hold.
//
// # Why no command-line library
//
// The command line is the standard package flag and some 330 lines around it (main.go,
// verb.go, flags.go); the rest is text, and names to complete and to guess. Kong, cobra and
// ff/v4 (by their documentation) want two dashes for a long flag: -budget 2m, as go test
// writes it, would be -b -u -d ... urfave/cli v3 (3.14) takes one dash, and flags after
// names. A trial with it showed help with two dashes that runs past 80 columns, no
// guess at a mistyped flag, and exit code 3 for an unknown verb, which here says that
// nothing was run. Subjects, rules and profiles would still have to be completed,
// guessed and explained by code of ours. What a library would save is the parser, and
// that is already in flag.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// session is one call of the command.
type session struct {
	ctx    context.Context // ended by an interrupt
	stdin  io.Reader
	out    *output
	err    io.Writer // for errors and progress
	args   []string  // of the command, the verb among them
	status status    // becomes the exit code
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	s := &session{ctx: ctx, stdin: os.Stdin, out: newOutput(os.Stdout), err: newPlain(os.Stderr)}
	context.AfterFunc(ctx, func() {
		stop() // the second interrupt ends the process
		time.Sleep(graceOf(os.Args[1:]))
		fmt.Fprintln(s.err, "pongcheck: interrupted: what was written before is whole; what was being done is lost")
		os.Exit(exitTrouble)
	})
	s.runVerb(os.Args[1:])
	os.Exit(s.exitCode())
}

// graceOf returns how long a verb may take to end after an interrupt. A night stops its
// targets, and writes down what they found; no other verb has more than a line to write.
func graceOf(args []string) time.Duration {
	if name, _ := splitVerb(args); name == nightlyVerb.name {
		return 10 * time.Second
	}
	return 900 * time.Millisecond
}

// runVerb finds the verb that args begin with, parses its flags and runs it.
func (s *session) runVerb(args []string) {
	s.args = args
	if err := s.runVerbOf(args); err != nil {
		s.reportTrouble(err)
	}
}

func (s *session) runVerbOf(args []string) error {
	name, args := splitVerb(args)
	v, err := findVerb(name)
	if err != nil {
		return err
	}
	f := v.newFlagSet()
	act := v.new(f)
	names, err := parseFlags(f, args)
	if errors.Is(err, flag.ErrHelp) {
		return s.printHelp(v.renderPage())
	}
	if err == nil {
		err = v.checkArguments(f, names)
	}
	if err != nil {
		return usageError{v.name, err.Error()}
	}
	return act(s, names)
}
