package main

import (
	"errors"
	"flag"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/scripts/internal/upstream"
)

var subjectsVerb = verb{
	name:  "subjects",
	args:  "[install [name...]]",
	short: "list what can be checked here and what is missing, or install it",
	long: `Subjects lists every implementation that can be checked, with its versions, and says
how to install what is missing.

Subjects install installs what the named subjects need, or what all of them need. It
writes to the cache folder only, and installs only what is pinned with a hash. It
never installs a runtime such as Python, but says how to get it.

Subjects -outdated asks the Go module proxy and PyPI for the newest releases. A proxy
may leave a release out of its list and of its latest, so it is also asked for the
versions that would follow. Exit code 1 says that a pinned release is not the newest,
2 that a registry did not answer: then nothing is known of its packages. The table is
what fuzz/subject/newest.txt keeps: only with its line is a release called the newest.
`,
	objects: func() []string { return append([]string{"install"}, subjectNames()...) },
	examples: `  pongcheck subjects
  pongcheck subjects install websockets/asyncio@14.1
  pongcheck subjects install                     all of them
  pongcheck subjects -outdated >fuzz/subject/newest.txt
`,
	new: newSubjects,
}

func newSubjects(f *flag.FlagSet) action {
	json := f.Bool("json", false, jsonUsage)
	verbose := f.Bool("v", false, "print what is missing and how to install it, subject by subject")
	outdated := f.Bool("outdated", false, "ask the registries whether the pinned releases are the newest")
	return func(s *session, names []string) error {
		switch {
		case *outdated && (*json || *verbose || len(names) > 0):
			return usageError{"subjects", "subjects: -outdated stands alone"}
		case *outdated:
			return listOutdated(s, upstream.Default(), time.Now())
		case len(names) == 0 && *json:
			return listSubjectsJSON(s)
		case len(names) == 0:
			return listSubjects(s, *verbose)
		case names[0] == "install" && !*json:
			return installSubjects(s, names[1:])
		}
		return usageError{"subjects", fmt.Sprintf("subjects: unexpected argument %q%s", names[0], didYouMean(names[0], []string{"install"}))}
	}
}

func listSubjectsJSON(s *session) error {
	for _, e := range subject.All() {
		line, err := newSubjectLine(&e, e.Missing(s.ctx))
		if err != nil {
			return err
		}
		s.out.json(line)
	}
	s.status.ran = true
	return nil
}

// listSubjects prints a table of all subjects, and below it what to do about those that
// are missing.
func listSubjects(s *session, verbose bool) error {
	t := tabwriter.NewWriter(s.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SUBJECT\tVERSION\tLANGUAGE\tROLES\tPROFILE\tSTATE")
	var hints []string // what to do, each once
	absent := 0
	for _, e := range subject.All() {
		line, err := newSubjectLine(&e, e.Missing(s.ctx))
		if err != nil {
			return err
		}
		state := "ready"
		if !line.Available {
			absent++
			state, _, _ = strings.Cut(line.Missing, " (")
			hint := line.Install
			if installs := "pongcheck subjects install"; strings.HasPrefix(hint, installs) && !verbose {
				hint = installs
			}
			if verbose {
				hint = fmt.Sprintf("%s: %s: %s", e.String(), line.Missing, hint)
			}
			if !slices.Contains(hints, hint) {
				hints = append(hints, hint)
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\n", e.Name, e.Version, e.Language, strings.Join(line.Roles, ", "), e.Profile, state)
	}
	t.Flush()
	s.out.printf("\nAlso: specimen/NAME, Go ports of known trackers (specimen/asyncio@14.1), and\n" +
		"mutant/FAMILY/NAME, specimens that are broken on purpose (pongcheck mutants).\n")
	if absent > 0 {
		s.out.printf("\n%d cannot be checked yet; run: %s\n", absent, strings.Join(hints, "\n  "))
	}
	s.status.ran = true
	return nil
}

// newSubjectLine returns the JSON line of a subject. err is nil or says that the subject
// is missing; any other error is returned.
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

// newMissingLine returns the JSON line of a subject that is missing.
func newMissingLine(m *subject.Missing) subjectLine {
	e, err := subject.Find(m.Subject)
	if err != nil {
		e.Name = m.Subject
	}
	l, _ := newSubjectLine(&e, m)
	return l
}

// installSubjects installs what the named subjects need, or all. After one that cannot
// be installed it goes on to the next.
func installSubjects(s *session, names []string) error {
	var entries []subject.Entry
	for _, name := range names {
		found, err := findTargets(name)
		if err != nil {
			return usageError{"subjects", err.Error()}
		}
		for _, t := range found {
			if t.specimen == nil { // a specimen needs nothing
				entries = append(entries, t.Entry)
			}
		}
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
