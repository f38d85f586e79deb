package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// The elements of JUnit's XML that most readers agree on.
type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Time     string      `xml:"time,attr,omitempty"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string        `xml:"name,attr"`
	Class   string        `xml:"classname,attr"`
	Failure *junitMessage `xml:"failure"`
	Error   *junitMessage `xml:"error"`
	Skipped *junitMessage `xml:"skipped"`
	Out     string        `xml:"system-out,omitempty"`
}

type junitMessage struct {
	Message string `xml:"message,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes a run as JUnit's XML: a suite for each subject, with a case for each rule,
// property and class that FAILED, and one for the mutants. A case is skipped if it is
// known, or was not put to the test.
func JUnit(w io.Writer, r *Run) error {
	all := junitSuites{Name: "pongcheck"}
	for _, row := range r.allVerdicts() {
		all.addSuite(r.verdictSuite(&row))
	}
	if len(r.Mutants) > 0 {
		all.addSuite(r.mutantSuite())
	}
	if len(r.Troubles) > 0 {
		s := junitSuite{Name: "pongcheck report"}
		for _, t := range r.Troubles {
			s.addCase(junitCase{Name: "read the results", Error: &junitMessage{Message: oneLine(t)}})
		}
		all.addSuite(s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (all *junitSuites) addSuite(s junitSuite) {
	all.Suites = append(all.Suites, s)
	all.Tests += s.Tests
	all.Failures += s.Failures
	all.Errors += s.Errors
	all.Skipped += s.Skipped
}

func (s *junitSuite) addCase(c junitCase) {
	c.Class = s.Name
	s.Cases = append(s.Cases, c)
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
}

// verdictSuite returns the suite of a verdict, with its rules and findings.
func (r *Run) verdictSuite(v *result.Verdict) junitSuite {
	name := strings.TrimSpace(strings.Join([]string{nameAt(v.Subject, v.Version), r.distinctProfile(v), v.Test, v.File}, " "))
	s := junitSuite{Name: oneLine(name)}
	if v.Seconds > 0 {
		s.Time = fmt.Sprintf("%.3f", v.Seconds)
	}
	failed := map[string]bool{}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Verdict == model.FAILED && belongsTo(f, v) {
			failed[f.Rule], failed[f.Class] = true, true
			s.addCase(failedCase(f))
		}
	}
	for _, rule := range sortedKeys(v.Rules) {
		if !failed[rule] {
			s.addCase(ruleCase(rule, v.Rules[rule]))
		}
	}
	for _, property := range sortedKeys(v.Properties) {
		if class := result.OfProperties + " " + property; !failed[class] {
			s.addCase(ruleCase(class, v.Properties[property].Verdict))
		}
	}
	if v.Error != "" {
		s.addCase(junitCase{Name: "run to the end", Error: &junitMessage{Message: oneLine(v.Error)}})
	}
	return s
}

func failedCase(f *result.Finding) junitCase {
	said := f.Sentence
	if f.Private {
		said = "details are withheld: the owner of the library may not know of it yet"
	}
	c := junitCase{Name: oneLine(f.Class)}
	if f.Known {
		c.Skipped = &junitMessage{Message: oneLine("known: " + result.Status(f.Reason))}
		return c
	}
	var text strings.Builder
	shown := shownFinding{*f}
	if rule := shown.Sentences(); rule.Rule != "" {
		fmt.Fprintf(&text, "%s (%s)\n", rule.Rule, rule.Cite)
	}
	if seen := shown.Shown(); seen != "" {
		if f.Want != "" {
			fmt.Fprintf(&text, "expected:\n%s\n", clipBlock(f.Want))
		}
		fmt.Fprintf(&text, "seen:\n%s\n", clipBlock(seen))
	}
	for _, t := range append([]string{f.Transcript}, f.Runs...) {
		text.WriteString(clipBlock(t))
	}
	if f.Replay != "" {
		fmt.Fprintf(&text, "%s\n", clipBlock(f.Replay))
	}
	c.Failure = &junitMessage{Message: oneLine(said), Text: text.String()}
	return c
}

func ruleCase(name string, v model.Verdict) junitCase {
	c := junitCase{Name: oneLine(name)}
	switch v {
	case model.NotReached, model.NotObserved:
		c.Skipped = &junitMessage{Message: v.String()}
	case model.Informational, model.NonStrict:
		c.Out = v.String()
	case model.FAILED:
		c.Failure = &junitMessage{Message: "it FAILED, and the finding is not here"}
	}
	return c
}

func (r *Run) mutantSuite() junitSuite {
	s := junitSuite{Name: "mutants"}
	for i := range r.Mutants {
		c := junitCase{Name: oneLine(r.Mutants[i].Name)}
		if r.Mutants[i].Found == never {
			c.Failure = &junitMessage{Message: "it survived"}
		}
		s.addCase(c)
	}
	return s
}
