package main

import (
	"errors"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
)

var subjectsVerb = verb{
	name:  "subjects",
	args:  "[install [name...]]",
	short: "list what can be checked here and what is missing, or install it",
	long: `Subjects lists every implementation that can be checked, in which versions, and
the command that installs what is missing. Nothing but the cache folder
is written to, and only what is pinned with a hash is installed.

Subjects install installs what the named subjects need, or what all need.
Runtimes, such as Python, are never installed: what to do is said.
`,
	new: newSubjects,
}

func newSubjects(f *flag.FlagSet) action {
	json := f.Bool("json", false, jsonUsage)
	return func(s *session, names []string) error {
		switch {
		case len(names) == 0:
			return listSubjects(s, *json)
		case names[0] == "install" && !*json:
			return installSubjects(s, names[1:])
		}
		return usageError{"subjects", fmt.Sprintf("unexpected %q", strings.Join(names, " "))}
	}
}

func listSubjects(s *session, json bool) error {
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	if !json {
		fmt.Fprintln(t, "SUBJECT\tVERSION\tLANGUAGE\tROLES\tPROFILE\tSTATE")
	}
	for _, e := range subject.All() {
		line, err := newSubjectLine(&e, e.Missing(s.ctx))
		if err != nil {
			return err
		}
		if json {
			s.out.json(line)
			continue
		}
		state := "ready"
		if !line.Available {
			state = line.Missing + "; " + line.Install
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", e.Name, e.Version, e.Language, strings.Join(line.Roles, ", "), e.Profile, state)
	}
	s.status.ran = true
	return t.Flush()
}

// newSubjectLine is a subject as a JSON line, with what is missing of it.
func newSubjectLine(e *subject.Entry, err error) (subjectLine, error) {
	l := subjectLine{Schema: schema, Type: "subject", Subject: e.Name, Version: e.Version, Language: e.Language, Available: err == nil}
	for _, r := range []frame.Role{model.Server, model.Client} {
		if e.Roles>>r&1 != 0 {
			l.Roles = append(l.Roles, r.String())
		}
	}
	var m *subject.Missing
	if errors.As(err, &m) {
		l.Missing, l.Install, err = m.What, strings.TrimPrefix(m.Do, "run: "), nil
	}
	return l, err
}

// newMissingLine is the same of a subject of which only that is at hand.
func newMissingLine(m *subject.Missing) subjectLine {
	e, err := subject.Find(m.Subject)
	if err != nil {
		e.Name = m.Subject
	}
	l, _ := newSubjectLine(&e, m)
	return l
}

// installSubjects goes on after one that cannot be installed.
func installSubjects(s *session, names []string) error {
	var entries []subject.Entry
	for _, name := range names {
		e, err := subject.Find(name)
		if err != nil {
			return usageError{"subjects", err.Error()}
		}
		entries = append(entries, e)
	}
	if len(names) == 0 {
		entries = subject.All()
	}
	for i := range entries {
		e := &entries[i]
		if err := e.Install(s.ctx, s.err); err != nil {
			s.reportTrouble(fmt.Errorf("install %w", err))
			if s.ctx.Err() != nil {
				return nil
			}
			continue
		}
		s.out.printf("%s: ready\n", e)
		s.status.ran = true
	}
	return nil
}
