package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/result"
)

// Bounds of the summary: GitHub drops one of more than a mebibyte.
const (
	maxTold   = 10  // findings in full
	maxListed = 100 // lines of a list
)

// Markdown writes a run as the summary of a job. c says what changed since an earlier run,
// or is nil.
func Markdown(w io.Writer, r *Run, c *Change) error {
	m := new(markdown)
	m.say("## Pongcheck: %s\n\n%s\n", r.Verdict(), r.Sentence())
	m.writeList("Not all of the input could be read", codeSpans(r.Troubles))
	m.writeList("These runs ended early", codeSpans(r.CutShort()))
	m.writeRuns(r)
	if c != nil {
		m.writeChange(c)
	}
	m.writeFindings(r)
	m.writeMatrix(r)
	m.writeMutants(r)
	m.writeNights(r)
	m.writeTargets(r)
	_, err := io.WriteString(w, m.String())
	return err
}

type markdown struct{ strings.Builder }

// say writes a format of this package with values that are safe in Markdown.
func (m *markdown) say(format string, values ...any) { fmt.Fprintf(m, format, values...) }

// codeSpan writes text from outside as code on one line. In code GitHub makes no links,
// mentions or references, and only a run of as many backticks ends it.
func codeSpan(text string) string {
	text = oneLine(text)
	if text == "" {
		return ""
	}
	ticks := ticksAround(text, "`")
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " " // they are not shown
	}
	return ticks + text + ticks
}

// codeSpans writes each text as code.
func codeSpans(texts []string) (all []string) {
	for _, text := range texts {
		all = append(all, codeSpan(text))
	}
	return all
}

// ticksAround returns at least the given backticks, and more than the text has in a row.
func ticksAround(text, ticks string) string {
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	return ticks
}

// writeFence writes text from outside as a block of code.
func (m *markdown) writeFence(language, text string) {
	text = clipBlock(text)
	ticks := ticksAround(text, "```")
	m.say("%s%s\n%s\n%s\n", ticks, language, strings.TrimRight(text, "\n"), ticks)
}

// writeList writes a list of items that are safe in Markdown.
func (m *markdown) writeList(title string, items []string) {
	if len(items) == 0 {
		return
	}
	m.say("\n%s:\n\n", title)
	for i, item := range items {
		if i == maxListed {
			m.say("- %d more\n", len(items)-i)
			break
		}
		m.say("- %s\n", item)
	}
}

func (m *markdown) writeRuns(r *Run) {
	for i, c := range r.Commands {
		if i == maxListed {
			return
		}
		m.say("\n%s, pongcheck %s", codeSpan(c.Command), codeSpan(c.Version))
		if c.Commit != "" {
			m.say(" at %s", codeSpan(c.Commit))
		}
		m.say(", %s, %s", codeSpan(c.Go), codeSpan(c.System))
		if c.Seed != nil {
			m.say(", seed %d", *c.Seed)
		}
		m.say("\n")
	}
}

func (m *markdown) writeChange(c *Change) {
	m.say("\n### What changed\n")
	m.writeList("Not all of the earlier run could be read", codeSpans(c.Troubles))
	if c.Nothing {
		m.say("\nThere is nothing to compare with.\n")
		return
	}
	m.writeList("Not in the earlier run", headlines(c.New))
	m.writeList("Known before, and not now", headlines(c.Unknown))
	m.writeList("Known now, and not before", headlines(c.Known))
	m.writeList("Gone, although their subjects were tried again", headlines(c.Gone))
	m.writeList("Not tried again, or not to the end", headlines(c.Untried))
	m.writeList("Mutants", codeSpans(c.Mutants))
	if len(c.New)+len(c.Unknown)+len(c.Known)+len(c.Gone)+len(c.Untried)+len(c.Mutants) == 0 {
		m.say("\nNothing.\n")
	}
}

// headlines returns a line for each finding.
func headlines(findings []result.Finding) (lines []string) {
	for i := range findings {
		lines = append(lines, headline(&findings[i], codeSpan))
	}
	return lines
}

// headline returns a finding in a line. quote makes text from outside harmless.
func headline(f *result.Finding, quote func(string) string) string {
	line := fmt.Sprintf("%s %s in %s", f.Verdict, quote(f.Class), quote(nameAt(f.Subject, f.Version)))
	if by := foundBy(f); by != "" {
		line += " by " + quote(by)
	}
	if f.Known {
		line += " (known)"
	}
	return line
}

// foundBy returns the test or the file that distinguishes findings of one class, if any.
func foundBy(f *result.Finding) string { return strings.TrimSpace(f.Test + " " + f.File) }

func (m *markdown) writeFindings(r *Run) {
	if len(r.Findings) == 0 {
		return
	}
	m.say("\n### Findings\n")
	for i := range r.Findings {
		if i == maxTold {
			m.writeList("More", headlines(r.Findings[i:]))
			return
		}
		m.writeFinding(&shownFinding{r.Findings[i]})
	}
}

func (m *markdown) writeFinding(f *shownFinding) {
	m.say("\n#### %s\n\n", headline(&f.Finding, codeSpan))
	if s := f.Sentences(); s.Rule != "" {
		m.say("- Rule: %s (%s)\n", s.Rule, s.Cite)
	}
	if f.Private {
		m.say("- How to repeat it is withheld: the owner of the library may not know of it yet.\n")
		return
	}
	if f.Sentence != "" {
		m.say("- Found: %s\n", codeSpan(f.Sentence))
	}
	if f.Innocent != "" {
		m.say("- Or else: %s\n", codeSpan(f.Innocent))
	}
	m.say("- Certainty: %s, %s\n", codeSpan(string(f.Certainty)), f.Vantage.Words())
	if f.Known {
		m.say("- Known: %s\n", codeSpan(result.Status(f.Reason)))
	}
	m.writeBlock("Expected", f.Want)
	m.writeBlock("Seen", f.Shown())
	m.writeBlock("The trace", f.Trace)
	for _, c := range f.Conversations() {
		m.say("\n<details><summary>Conversation</summary>\n\n")
		m.writeLadder(c.Text)
		m.say("\n</details>\n")
	}
	if f.Replay != "" {
		m.say("\n")
		m.writeFence("sh", f.Replay)
	}
}

// writeLadder draws a conversation, or writes it as it is if it is no transcript.
func (m *markdown) writeLadder(transcript string) {
	if t, err := text.ParseString(transcript); err == nil {
		transcript = t.Ladder()
	}
	m.writeFence("", transcript)
}

// writeBlock writes text from outside below its title, or nothing if there is no text.
func (m *markdown) writeBlock(title, text string) {
	if text != "" {
		m.say("\n%s:\n\n", title)
		m.writeFence("", text)
	}
}

// writeRow writes a line of a table, and escapes bars, which end a cell even in code.
func (m *markdown) writeRow(cells ...string) {
	for i := range cells {
		cells[i] = strings.ReplaceAll(cells[i], "|", `\|`)
	}
	m.say("| %s |\n", strings.Join(cells, " | "))
}

func (m *markdown) writeMatrix(r *Run) {
	rows := r.Matrix()
	if len(rows) == 0 {
		return
	}
	m.say("\n### Subjects by rule families\n\n")
	columns := familyNames()
	m.writeRow(append([]string{"subject"}, columns...)...)
	m.say("|---|%s\n", strings.Repeat(":-:|", len(columns)))
	for i, row := range rows {
		if i == maxListed {
			break
		}
		cells := []string{codeSpan(strings.TrimSpace(row.Name + " " + row.Of))}
		for _, c := range row.Cells {
			symbol := c.Symbol()
			if c.Known {
				symbol = "(" + symbol + ")"
			}
			cells = append(cells, symbol)
		}
		m.writeRow(cells...)
	}
	m.say("\n✓ OK, ✗ FAILED, (✗) known, △ NON-STRICT, i INFORMATIONAL, · not reached, – not observed\n")
}

func (m *markdown) writeMutants(r *Run) {
	if len(r.Mutants) == 0 {
		return
	}
	m.say("\n### Mutants, by traces up to the first that failed\n\n")
	m.writeRow(append([]string{"family"}, bucketNames()...)...)
	m.say("|---|%s\n", strings.Repeat("--:|", len(bucketNames())))
	for _, b := range r.Bars() {
		cells := []string{codeSpan(b.Family)}
		for _, n := range b.N {
			cells = append(cells, number(n))
		}
		m.writeRow(cells...)
	}
	var alive []string
	for _, s := range r.Survivors() {
		alive = append(alive, codeSpan(s.Name))
	}
	m.writeList("These survived", alive)
}

func (m *markdown) writeNights(r *Run) {
	nights := r.RecentNights()
	if len(nights) == 0 {
		return
	}
	m.say("\n### The last nights\n\n| time | commit | executions | new features | entries |\n|---|---|--:|--:|--:|\n")
	for _, n := range nights[max(0, len(nights)-14):] {
		m.writeRow(codeSpan(n.Time), codeSpan(elide(n.Commit, 14)), countText(n.Executions, n.AtLeast), number(n.Features), number(n.Entries))
	}
}

func (m *markdown) writeTargets(r *Run) {
	if len(r.Targets) == 0 {
		return
	}
	m.say("\n### Fuzz targets\n\n| target | engine | executions | a CPU second | new features | entries | findings |\n|---|---|--:|--:|--:|--:|--:|\n")
	for i, t := range r.Targets {
		if i == maxListed {
			break
		}
		m.writeRow(codeSpan(t.Package+" "+t.Target), codeSpan(t.Engine), countText(t.Executions, t.AtLeast), cpuRate(t.Executions, t.CPU), number(t.NewFeatures),
			number(t.Entries), number(t.Findings))
	}
}
