package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// Bounds of the summary: GitHub drops one of more than a mebibyte.
const (
	maxTold   = 10  // findings in full
	maxListed = 100 // lines of a list
	maxInLine = 500 // characters of a text from outside
)

// Markdown writes a run for the summary of a job. c is what changed since an earlier
// run, or nil.
func Markdown(w io.Writer, r *Run, c *Change) error {
	m := new(markdown)
	m.say("## Pongcheck: %s\n\n%s\n", r.Verdict(), r.Sentence())
	m.list("Not all of the input could be read", r.Troubles)
	m.list("These runs ended early", r.CutShort())
	m.runs(r)
	if c != nil {
		m.change(c)
	}
	m.findings(r)
	m.matrix(r)
	m.mutants(r)
	m.nights(r)
	m.targets(r)
	_, err := io.WriteString(w, m.String())
	return err
}

type markdown struct{ strings.Builder }

// say writes a format of ours with values that are escaped already.
func (m *markdown) say(format string, values ...any) { fmt.Fprintf(m, format, values...) }

// meaning is what means something to Markdown, HTML or GitHub, and how to write it.
var meaning = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;",
	"&", "&amp;", "|", `\|`, "#", `\#`, "~", `\~`, "@", "&#64;", "!", `\!`, "://", "&#58;//", "$", `\$`)

// escaped is text from outside on one line, without any meaning.
func escaped(text string) string { return meaning.Replace(elide(flat(text), maxInLine)) }

// coded is text from outside as code on one line.
func coded(text string) string { return "<code>" + escaped(text) + "</code>" }

// fence writes text from outside as it is.
func (m *markdown) fence(language, text string) {
	text = clipped(text)
	ticks := "```"
	for strings.Contains(text, ticks) {
		ticks += "`"
	}
	m.say("%s%s\n%s\n%s\n", ticks, language, strings.TrimRight(text, "\n"), ticks)
}

func (m *markdown) list(title string, items []string) {
	if len(items) == 0 {
		return
	}
	m.say("\n%s:\n\n", title)
	for i, item := range items {
		if i == maxListed {
			m.say("- %d more\n", len(items)-i)
			break
		}
		m.say("- %s\n", escaped(item))
	}
}

func (m *markdown) runs(r *Run) {
	for i, c := range r.Commands {
		if i == maxListed {
			return
		}
		m.say("\n%s, pongcheck %s", coded(c.Command), escaped(c.Version))
		if c.Commit != "" {
			m.say(" at %s", coded(c.Commit))
		}
		m.say(", %s, %s", escaped(c.Go), escaped(c.System))
		if c.Seed != nil {
			m.say(", seed %d", *c.Seed)
		}
		m.say("\n")
	}
}

func (m *markdown) change(c *Change) {
	m.say("\n### What changed\n")
	m.list("Not all of the earlier run could be read", c.Troubles)
	if c.Nothing {
		m.say("\nThere is nothing to compare with.\n")
		return
	}
	m.list("New", headlines(c.New))
	m.list("Known before, and not now", headlines(c.Unknown))
	m.list("Known now, and not before", headlines(c.Known))
	m.list("Gone, although their subjects were tried again", headlines(c.Gone))
	m.list("Not tried again, or not to the end", headlines(c.Untried))
	m.list("Mutants", c.Mutants)
	if len(c.New)+len(c.Unknown)+len(c.Known)+len(c.Gone)+len(c.Untried)+len(c.Mutants) == 0 {
		m.say("\nNothing.\n")
	}
}

// headlines are findings in a line each.
func headlines(findings []result.Finding) (lines []string) {
	for i := range findings {
		lines = append(lines, headline(&findings[i]))
	}
	return lines
}

func headline(f *result.Finding) string {
	line := fmt.Sprintf("%s %s in %s", f.Verdict, f.Class, at(f.Subject, f.Version))
	if f.Known {
		line += " (known)"
	}
	return line
}

func (m *markdown) findings(r *Run) {
	if len(r.Findings) == 0 {
		return
	}
	m.say("\n### Findings\n")
	for i := range r.Findings {
		if i == maxTold {
			m.list("More", headlines(r.Findings[i:]))
			return
		}
		m.finding(&shownFinding{r.Findings[i]})
	}
}

func (m *markdown) finding(f *shownFinding) {
	m.say("\n#### %s\n\n", escaped(headline(&f.Finding)))
	if s := f.Sentences(); s.Rule != "" {
		m.say("- Rule: %s (%s)\n", s.Rule, s.Cite)
	}
	if f.Private {
		m.say("- How to repeat it is kept private until the owner of the library has heard of it.\n")
		return
	}
	if f.Sentence != "" {
		m.say("- Found: %s\n", escaped(f.Sentence))
	}
	if f.Innocent != "" {
		m.say("- Or else: %s\n", escaped(f.Innocent))
	}
	m.say("- Seen: %s, %s\n", escaped(string(f.Certainty)), f.Vantage.Words())
	if f.Known {
		m.say("- Known: %s\n", escaped(f.Reason))
	}
	if f.Trace != "" {
		m.say("\n")
		m.fence("", f.Trace)
	}
	for _, c := range f.Conversations() {
		m.say("\n<details><summary>Conversation</summary>\n\n")
		if t, err := model.ParseString(c.Text); err == nil {
			m.fence("", t.Ladder())
		} else {
			m.fence("", c.Text)
		}
		m.say("\n</details>\n")
	}
	if f.Replay != "" {
		m.say("\n")
		m.fence("sh", f.Replay)
	}
}

// row writes a line of a table.
func (m *markdown) row(cells ...string) { m.say("| %s |\n", strings.Join(cells, " | ")) }

func (m *markdown) matrix(r *Run) {
	rows := r.Matrix()
	if len(rows) == 0 {
		return
	}
	m.say("\n### Subjects by rule families\n\n")
	columns := families()
	m.row(append([]string{"subject"}, columns...)...)
	m.say("|---|%s\n", strings.Repeat(":-:|", len(columns)))
	for i, row := range rows {
		if i == maxListed {
			break
		}
		cells := []string{escaped(strings.TrimSpace(row.Name + " " + row.Of))}
		for _, c := range row.Cells {
			symbol := c.Symbol()
			if c.Known {
				symbol = "(" + symbol + ")"
			}
			cells = append(cells, symbol)
		}
		m.row(cells...)
	}
	m.say("\n✓ OK, ✗ FAILED, (✗) known, △ NON-STRICT, i INFORMATIONAL, · not reached, – not observed\n")
}

func (m *markdown) mutants(r *Run) {
	if len(r.Mutants) == 0 {
		return
	}
	m.say("\n### Mutants, by traces up to the first that failed\n\n")
	m.row(append([]string{"family"}, bucketNames()...)...)
	m.say("|---|%s\n", strings.Repeat("--:|", len(bucketNames())))
	for _, b := range r.Bars() {
		cells := []string{escaped(b.Family)}
		for _, n := range b.N {
			cells = append(cells, fmt.Sprint(n))
		}
		m.row(cells...)
	}
	var alive []string
	for _, s := range r.Survivors() {
		alive = append(alive, s.Name)
	}
	m.list("These survived", alive)
}

func (m *markdown) nights(r *Run) {
	nights := r.RecentNights()
	if len(nights) == 0 {
		return
	}
	m.say("\n### The last nights\n\n| time | commit | executions | features | entries |\n|---|---|--:|--:|--:|\n")
	for _, n := range nights[max(0, len(nights)-14):] {
		m.row(escaped(n.Time), escaped(elide(n.Commit, 14)), count(n.Executions, n.AtLeast), fmt.Sprint(n.Features), fmt.Sprint(n.Entries))
	}
}

func (m *markdown) targets(r *Run) {
	if len(r.Targets) == 0 {
		return
	}
	m.say("\n### Fuzz targets\n\n| target | engine | executions | a CPU second | new features | entries | findings |\n|---|---|--:|--:|--:|--:|--:|\n")
	for i, t := range r.Targets {
		if i == maxListed {
			break
		}
		m.row(escaped(t.Package+" "+t.Target), escaped(t.Engine), count(t.Executions, t.AtLeast), rate(t.Executions, t.CPU), fmt.Sprint(t.NewFeatures),
			fmt.Sprint(t.Entries), fmt.Sprint(t.Findings))
	}
}
