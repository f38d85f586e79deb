package main

import (
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/fuzz/nightly"
	"github.com/pongcheck/pongcheck/fuzz/report"
	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/scripts/remote"
)

var reportVerb = verb{
	name:  "report",
	args:  "[dir...]",
	short: "show what runs left, for people and for programs",
	long: `Report reads the JSON lines that runs left in folders, in their files *.jsonl, or in
files that are named: check writes them to its folder of results, what -json prints
can be kept in a file, and go test leaves those of the tests of props and fuzz in the
folder that PONGCHECK_RESULTS names. Without names it reads that folder, or results in
the cache folder.

The formats:

  html          one page that loads nothing, for a browser, paper or an issue;
                on a terminal it is markdown
  markdown      a summary, for $GITHUB_STEP_SUMMARY
  junit         XML, a test case for each rule of each subject
  annotations   at most ten lines that GitHub shows beside a commit
  json          what was read, each thing once, as JSON lines

With -before, it also says what is new since the run in that folder, and what is gone.

Report exits with 0 whatever it shows; with 2 if some of the input could not be read
(what could is shown), and with 3 if nothing was run.
`,
	new: newReport,
}

// reportFlags is the verb with its flags.
type reportFlags struct {
	format  *choice
	out     string
	before  string
	store   string
	embargo bool
}

func newReport(f *flag.FlagSet) action {
	c := &reportFlags{format: newChoice("html", "markdown", "junit", "annotations", "json")}
	f.Var(c.format, "format", "write `html`, markdown, junit, annotations or json")
	f.StringVar(&c.out, "o", "", "write to this `file` rather than to stdout")
	f.StringVar(&c.before, "before", "", "compare with the run in this `folder`")
	f.StringVar(&c.store, "store", "", "show the last nights of the store of this `name`, too: a folder or a URL, as for pongcheck nightly")
	f.BoolVar(&c.embargo, "embargo", false, "of findings in newest releases whose owners have not answered tell nothing but the rule: for public places")
	return c.run
}

func (c *reportFlags) run(s *session, names []string) error {
	if len(names) == 0 {
		dir, err := resultsFolder()
		if err != nil {
			return err
		}
		names = []string{dir}
	}
	run := s.readRun(c.embargo, names...)
	if c.store != "" {
		if err := s.addNights(run, c.store); err != nil {
			return err
		}
	}
	var change *report.Change
	if c.before != "" {
		change = report.Compare(s.readRun(c.embargo, c.before), run)
	}
	if c.out == "" && c.format.value == "html" && terminal(s.out.w) {
		c.format.value = "markdown" // a page is not for reading there
	}
	var text strings.Builder
	if err := c.write(&text, run, change); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	s.status.ran = !run.Empty()
	if c.out == "" {
		s.out.printf("%s", text.String())
		return nil
	}
	return corpus.WriteFile(c.out, text.String())
}

// maxNights is how many results of nights are read of a store: each machine of a fleet has
// its own.
const maxNights = 1000

// addNights adds the nights of a store.
func (s *session) addNights(run *report.Run, name string) error {
	b, err := remote.Open(s.ctx, name)
	if err != nil {
		return err
	}
	defer b.Close()
	for _, err := range run.AddNights(name, nightly.History(s.ctx, b, maxNights)) {
		s.trouble(err)
	}
	return nil
}

// readRun reads a run and tells what of it could not be read.
func (s *session) readRun(embargo bool, names ...string) *report.Run {
	run, err := report.Read(names...)
	if err != nil {
		s.trouble(err)
	}
	if embargo {
		for i := range run.Findings {
			if f := &run.Findings[i]; isNewest(f.Subject, f.Version) {
				f.Newest = true
			}
		}
		run.Embargo()
	}
	return run
}

// isNewest reports whether a subject is the newest release of its library, as far as is
// known here: tests cannot tell. One without a version may be.
func isNewest(name, version string) bool {
	for _, e := range subject.All() {
		if e.Name == name && e.Newest && (version == e.Version || version == "") {
			return true
		}
	}
	return false
}

func (c *reportFlags) write(w io.Writer, r *report.Run, change *report.Change) error {
	switch c.format.value {
	case "markdown":
		return report.Markdown(w, r, change)
	case "junit":
		return report.JUnit(w, r)
	case "annotations":
		return report.Annotations(w, r)
	case "json":
		return report.JSON(w, r)
	}
	return report.HTML(w, r, change)
}
