package report

import (
	"fmt"
	"go/format"
	"strconv"
	"strings"
	"unicode"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/metamorphic"
	"github.com/pongcheck/pongcheck/props/result"
)

// GoTest writes a test that fails as long as the finding is there. It calls the user's
// function implementation, which returns the subject for [props.Check]. GoTest returns
// nothing for a finding without a trace, with a very long one, or of an unknown rule.
func GoTest(f *result.Finding) string {
	if f.Trace == "" || len(f.Trace) > maxBlock || len(f.Class) > maxFlat || f.Private {
		return ""
	}
	if _, err := text.ParseString(f.Trace); err != nil {
		return ""
	}
	var body, imports string
	property, isProperty := strings.CutPrefix(f.Class, result.OfProperties+" ")
	_, known := metamorphic.Find(property)
	_, isRule := model.FindRule(f.Rule)
	switch {
	case isProperty && known:
		body, imports = fmt.Sprintf(propertyTest, property), "\n\t\"github.com/pongcheck/pongcheck/props\"\n\t\"github.com/pongcheck/pongcheck/props/metamorphic\""
	case isRule && !isProperty:
		body = fmt.Sprintf(ruleTest, f.Class)
	default:
		return ""
	}
	text := fmt.Sprintf(testFrame, imports, testName(f.Class), endSentence(f.Verdict.String()+" "+f.Class+": "+f.Sentence),
		testName(f.Class), goString(f.Trace), f.Profile) + body
	if b, err := format.Source([]byte(text)); err == nil {
		return string(b)
	}
	return ""
}

const testFrame = `package pings_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"%s
)

// %s is about this finding:
// %s
func %s(t *testing.T) {
	trace, err := text.ParseString(%s)
	if err != nil {
		t.Fatal(err)
	}
	profile, ok := model.FindProfile(%q)
	if !ok {
		t.Fatal("unknown profile")
	}
`

const ruleTest = `	report, err := model.Check(t.Context(), profile, implementation(), trace.Trace())
	if err != nil {
		t.Fatal(err)
	}
	for i := range report.Findings {
		if f := &report.Findings[i]; f.Class() == %q {
			t.Error(report.Explain(f))
		}
	}
}
`

const propertyTest = `	property, ok := metamorphic.Find(%q)
	if !ok {
		t.Fatal("unknown property")
	}
	result, err := props.RunProperty(t.Context(), property, profile, implementation(), props.Options{
		First: []props.Named{{Name: "of the report", Trace: trace.Trace()}}, N: -1, Tries: -1, NoCorpus: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Tallies) == 0 || result.Tallies[0].Compared == 0 {
		t.Fatal("the property was not tried")
	}
	for i := range result.Findings {
		t.Error(&result.Findings[i])
	}
}
`

// testName makes a name for a test of a class.
func testName(class string) string {
	var b strings.Builder
	b.WriteString("Test")
	up := true
	for _, r := range class {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			up = true
		case up:
			b.WriteRune(unicode.ToUpper(r))
			up = false
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// goString writes text as a Go string that is easy to read.
func goString(text string) string {
	if strconv.CanBackquote(strings.ReplaceAll(text, "\n", "")) {
		return "`" + text + "`"
	}
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strconv.Quote(line))
	}
	return strings.Join(lines, " +\n\t\t")
}
