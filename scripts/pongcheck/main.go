// Command pongcheck checks how WebSocket implementations remember their pings,
// and answer those of others, against a reference model.
//
//	pongcheck check [subject...]          try subjects with the corpus and random traces
//	pongcheck replay FILE... -subject S   run stored traces on a subject
//	pongcheck judge FILE...               say who broke which rule in a transcript or log
//	pongcheck mutants [name...]           try the toolkit itself on what was broken on purpose
//	pongcheck report [dir...]             show what runs left
//	pongcheck subjects [install [name...]]  what can be checked here
//	pongcheck peers                       what payloads lose to sloppy peers
//	pongcheck corpus [verb ...]           keep the inputs of fuzz targets, and share them
//	pongcheck fuzz PACKAGE                fuzz one target of a package's tests
//	pongcheck nightly [package...]        fuzz all targets of a repository for a time
//	pongcheck help [verb]
//	pongcheck version
//
// Each verb is one file; the files beside them are named after what they are
// about. JSON.md describes what -json prints.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// verb is one thing that the command does.
type verb struct {
	name, args string
	short      string // what it does, in a line
	long       string // for help
	new        func(*flag.FlagSet) action
}

// action does a verb's work, once its flags are parsed. An error ends it.
type action func(s *session, names []string) error

// verbs are all of them, in the order of help.
func verbs() []verb {
	return []verb{checkVerb, replayVerb, judgeVerb, mutantsVerb, reportVerb, subjectsVerb, peersVerb, corpusVerb, fuzzVerb, nightlyVerb, helpVerb, versionVerb}
}

// session is one call of the command.
type session struct {
	ctx    context.Context // ended by an interrupt
	stdin  io.Reader
	out    *output
	err    io.Writer
	args   []string // of the command
	status status
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second interrupt ends the process
	s := &session{ctx: ctx, stdin: os.Stdin, out: newOutput(os.Stdout), err: os.Stderr}
	s.runVerb(os.Args[1:])
	os.Exit(s.exitCode())
}

// runVerb finds the verb and does it.
func (s *session) runVerb(args []string) {
	s.args = args
	if len(args) == 0 {
		args = []string{"help"}
	}
	name, args := verbOf(args)
	if name == "-h" || name == "-help" || name == "--help" {
		name = "help"
	}
	v, err := findVerb(name)
	if err != nil {
		s.reportTrouble(err)
		return
	}
	f := flag.NewFlagSet("pongcheck "+v.name, flag.ContinueOnError)
	f.SetOutput(io.Discard) // errors are told in one place
	act := v.new(f)
	names, err := parseFlags(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		err = s.printHelp(&v)
	case err != nil:
		err = usageError{v.name, err.Error()}
	default:
		err = act(s, names)
	}
	if err != nil {
		s.reportTrouble(err)
	}
}

// verbOf is the name of the verb, which has two words under corpus, and what follows it.
func verbOf(args []string) (name string, rest []string) {
	if len(args) > 1 && args[0] == corpusName && !strings.HasPrefix(args[1], "-") {
		return corpusName + " " + args[1], args[2:]
	}
	return args[0], args[1:]
}

func findVerb(name string) (verb, error) {
	for _, v := range append(verbs(), corpusVerbs()...) {
		if v.name == name {
			return v, nil
		}
	}
	return verb{}, usageError{"", fmt.Sprintf("unknown verb %q", name)}
}
