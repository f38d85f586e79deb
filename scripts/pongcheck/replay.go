package main

import (
	"flag"
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

var replayVerb = verb{
	name:  "replay",
	args:  "FILE... -subject S",
	short: "run stored traces on a subject and explain what happens",
	long: `Replay runs each trace on the subject, gives the verdict, prints the transcript and
explains what was found. A trace ends at the first op that FAILED.

With -property it tries that property on the trace, in every way, and nothing else.

A FILE is what check stores, a trace of the corpus, or one that you write: pongcheck
help trace explains the form. The outcomes of a transcript are left out. "-" is
standard input. If a subject chooses its own payloads, those of the file are left out,
too. An op that the subject cannot do is "unsupported" and changes nothing. A trace with
a role, a keepalive or a compression that it does not have is not run: exit code 2. A
trace without a role runs in the one that the subject has.
`,
	examples: `  pongcheck replay incident.txt -subject websockets/asyncio@14.1
  pongcheck replay corpus/seeds/*.txt -subject coder -profile rfc
`,
	new: newReplay,
}

// replay is the verb with its flags.
type replay struct {
	subject  string
	profile  profileFlag
	install  *choice
	json     bool
	property string // empty: the trace is judged by the rules
}

func newReplay(f *flag.FlagSet) action {
	r := &replay{install: newChoice("auto", "never")}
	f.StringVar(&r.subject, "subject", "", "run the traces on the subject of this `name`, as in check")
	f.StringVar(&r.property, "property", "", "try the property of this `name`, as a finding of check has it")
	f.Var(&r.profile, "profile", "judge by the profile of this `name` (default: the file's, else the subject's own)")
	f.Var(r.install, "install", "install what the subject needs: `auto` or never")
	f.BoolVar(&r.json, "json", false, jsonUsage)
	return r.replayFiles
}

// replayFiles runs each file. A file that cannot be run does not keep it from the others.
func (r *replay) replayFiles(s *session, files []string) error {
	t, err := findTarget(r.subject)
	if err != nil {
		return usageError{"subjects", err.Error()}
	}
	impl, closer, err := t.openImplementation(s.ctx, r.install.value, s.err)
	if err != nil {
		return err
	}
	defer closer()
	for _, name := range files {
		if err := r.replayFile(s, &t, impl, name); err != nil {
			s.reportTrouble(err)
		}
	}
	s.explainJudgedExit(r.json)
	return nil
}

func (r *replay) replayFile(s *session, t *target, impl *model.Implementation, name string) error {
	in, err := s.openInput(name)
	if err != nil {
		return err
	}
	defer in.Close()
	name = displayName(name)
	read, err := parseTranscript(name, in)
	if err != nil {
		return err
	}
	p, err := r.profile.profileOr(read.Profile, impl.Profile)
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	trace := adaptTrace(&impl.Info, read.Trace())
	if err := impl.Info.Refuses(trace); err != nil {
		return fmt.Errorf("replay %s on %s: %w", name, t, err)
	}
	trace.Profile = p.Name
	if r.property != "" {
		return r.tryProperty(s, t, impl, name, p, trace)
	}
	began := time.Now()
	report, err := model.Check(s.ctx, p, impl, trace)
	if err != nil {
		return fmt.Errorf("replay %s on %s: %w", name, t, err)
	}
	s.status.ran = true
	v := judged{ranHere: true, file: name, subject: t.Name, version: impl.Version, profile: p, info: impl.Info, report: report, seconds: time.Since(began).Seconds()}
	s.printJudged(&v, r.json)
	return nil
}

// adaptTrace makes a trace fit for a subject where that is possible. The outcome of an op
// that the subject cannot do says so. A trace that is about clients stays so: only the
// default role, which need not stand in the file, gives way to that of the subject.
func adaptTrace(info *model.Info, t *model.Trace) *model.Trace {
	if t.Config.Role != model.Server && !info.AdmitsConfig(&t.Config) {
		return t
	}
	if fit := info.Adapt(t); fit != nil {
		return fit
	}
	return t
}
