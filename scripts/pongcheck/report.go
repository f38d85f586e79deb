package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/nightly"
	"github.com/pongcheck/pongcheck/scripts/internal/remote"
	"github.com/pongcheck/pongcheck/scripts/internal/report"
)

var reportVerb = verb{
	name:  "report",
	args:  "[dir...]",
	short: "show what runs left, for people and for programs",
	long: `Report reads the JSON lines that runs left: in files that you name, and in the
files *.jsonl of folders that you name. Check writes them to its folder of
results. You can keep what -json prints in a file. go test leaves the results of
tests of props and fuzz in the folder that PONGCHECK_RESULTS names. Without
names, report reads that folder, or results in the cache folder.

The formats:

  html          one page that loads nothing, for a browser, paper or an issue;
                on a terminal it is markdown
  markdown      a summary, for $GITHUB_STEP_SUMMARY
  junit         XML, a test case for each rule of each subject
  annotations   at most ten lines that GitHub shows beside a commit
  json          what was read, each thing once, as JSON lines

If the name after -o ends in / or is a folder, report writes all of them there:
report.html, report.md, report.junit.xml, report.annotations and report.jsonl.

-issue writes one finding as the text that you can send to the library's owner:
version, rule, conversation, and a program that repeats it without Pongcheck if
there is one. Name the finding by its class, such as recv.mask, or if several
subjects have it by the subject and its class: "coder recv.mask". Report writes
the text to stdout or the file of -o, and sends nothing.

With -before, report also says what is new since the run in that folder, and
what is gone.

The exit code is 0 whatever the findings are; 2 if some of the input could not
be read (the report has the rest), and 3 if nothing was run.
`,
	examples: `  pongcheck report -o report.html                what the last checks left
  pongcheck report -before yesterday today -o report.html
  pongcheck report -format markdown -embargo results >> "$GITHUB_STEP_SUMMARY"
  pongcheck report -format annotations -embargo results
`,
	new: newReport,
}

// reportFlags holds the flags of the verb.
type reportFlags struct {
	format  *choice
	out     string
	before  string
	store   string
	issue   string
	embargo bool
}

func newReport(f *flag.FlagSet) action {
	c := &reportFlags{format: &choice{from: []string{"html", "markdown", "junit", "annotations", "json"}}}
	f.Var(c.format, "format", "write `html`, markdown, junit, annotations or json (default: html)")
	f.StringVar(&c.out, "o", "", "write to this `file` rather than to stdout, or all formats to a folder")
	f.StringVar(&c.before, "before", "", "compare with the run in this `folder`")
	f.StringVar(&c.store, "store", "", "show the last nights of the store of this `name`, too: a folder or a URL, as for pongcheck nightly")
	f.StringVar(&c.issue, "issue", "", "write the finding of this `class` as a text for the owner of the library")
	f.BoolVar(&c.embargo, "embargo", publicLog(), "print only the rule of findings in newest releases that their owners may not know of: for public places; set where CI is")
	return c.run
}

func (c *reportFlags) run(s *session, names []string) error {
	if c.issue != "" && c.format.value+c.before+c.store != "" {
		return usageError{"report", "-issue writes one text: leave -format, -before and -store out"}
	}
	if len(names) == 0 {
		dir, err := resultsFolder()
		if err != nil {
			return err
		}
		names = []string{dir}
	}
	files, err := c.outputFiles(names, isTerminal(s.out.w))
	if err != nil {
		return err
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
	s.status.ran = !run.Empty()
	if run.Empty() && s.status.trouble && c.out == "" {
		return nil // the error alone says what is wrong
	}
	if c.issue != "" {
		return c.writeIssue(s.out, run)
	}
	for _, f := range files {
		if err := f.write(s.out, run, change); err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
	}
	return nil
}

// writeIssue writes the one finding that is named as a text for the library's owner.
func (c *reportFlags) writeIssue(stdout *output, run *report.Run) error {
	found := run.FindingsNamed(c.issue)
	var names []string
	for i := range found {
		names = append(names, strconv.Quote(report.IssueName(&found[i])))
	}
	switch {
	case len(found) == 0:
		return fmt.Errorf("cannot write the issue %q: the results have no such finding; pongcheck report -format markdown lists them", c.issue)
	case len(found) > 1:
		return fmt.Errorf("cannot write the issue %q: there are %d such findings; name one: %s", c.issue, len(found), strings.Join(names, ", "))
	case found[0].Private:
		return fmt.Errorf("cannot write the issue %q: -embargo withholds its details; use -embargo=false where nobody else reads the output", c.issue)
	}
	var text strings.Builder
	if err := report.Issue(&text, run, &found[0]); err != nil {
		return err
	}
	return writeText(stdout, c.out, text.String())
}

// writeText writes text to a file, or to stdout without a name.
func writeText(stdout *output, file, text string) error {
	if file != "" {
		return corpus.WriteFile(file, text)
	}
	stdout.printf("%s", text)
	return nil
}

// reportFile is a file to write in a format.
type reportFile struct{ format, name string } // without a name it is stdout

// outputFiles returns the files to write. On a terminal the usual format is Markdown.
// outputFiles refuses to write JSON lines where the next report would read them as
// results.
func (c *reportFlags) outputFiles(names []string, terminal bool) (files []reportFile, err error) {
	usual := "html"
	if c.out == "" && terminal {
		usual = "markdown"
	}
	i, err := os.Stat(c.out)
	switch {
	case !strings.HasSuffix(c.out, "/") && (err != nil || !i.IsDir()):
		files = []reportFile{{cmp.Or(c.format.value, usual), c.out}}
	case c.format.value != "":
		return nil, usageError{"report", "-o: a folder gets all formats; leave -format out, or name a file"}
	default:
		for _, f := range []reportFile{{"html", "report.html"}, {"markdown", "report.md"}, {"junit", "report.junit.xml"},
			{"annotations", "report.annotations"}, {"json", "report" + result.Ext}} {
			files = append(files, reportFile{f.format, filepath.Join(c.out, f.name)})
		}
	}
	for _, f := range files {
		for _, name := range names {
			if f.format == "json" && f.name != "" && isWithin(name, f.name) {
				return nil, usageError{"report", fmt.Sprintf("-o: the next report of %s would take %s for results; write it elsewhere", name, f.name)}
			}
		}
	}
	return files, nil
}

// isWithin reports whether a file is in a folder or within it.
func isWithin(folder, file string) bool {
	a, err1 := filepath.Abs(folder)
	b, err2 := filepath.Abs(file)
	rel, err3 := filepath.Rel(a, b)
	return errors.Join(err1, err2, err3) == nil && filepath.IsLocal(rel)
}

// maxNights is how many results of nights are read from a store. Each machine of a fleet
// writes its own.
const maxNights = 1000

// addNights adds the nights of a store to a run.
func (s *session) addNights(run *report.Run, name string) error {
	b, err := remote.Open(s.ctx, name)
	if err != nil {
		return err
	}
	defer b.Close()
	for _, err := range run.AddNights(name, nightly.History(s.ctx, b, maxNights)) {
		s.reportTrouble(err)
	}
	return nil
}

// readRun reads a run, and reports the parts that could not be read.
func (s *session) readRun(embargo bool, names ...string) *report.Run {
	run, err := report.Read(names...)
	if err != nil {
		s.reportTrouble(err)
	}
	if embargo {
		run.Embargo(isNewest)
	}
	return run
}

// isNewest reports whether a version of a subject may be the newest release of its library.
// Only versions that are listed as older are not. Results of tests have versions that are
// not listed.
func isNewest(name, version string) bool {
	listed := false
	for _, e := range subject.All() {
		if e.Name != name {
			continue
		}
		if listed = true; e.Version == version {
			return e.Newest
		}
	}
	return listed
}

func (f reportFile) write(stdout *output, r *report.Run, change *report.Change) error {
	var text strings.Builder
	if err := renderRun(&text, f.format, r, change); err != nil {
		return err
	}
	if f.format == "annotations" {
		stdout.passRaw()
	}
	return writeText(stdout, f.name, text.String())
}

func renderRun(w io.Writer, format string, r *report.Run, change *report.Change) error {
	switch format {
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
