package main

import (
	"fmt"
	"os"
	"strings"
)

// scoreTable returns the summary in Markdown: a row an engine, and below the table the
// comparisons with engines that tried only some of the mutants.
func (s *summary) scoreTable() string {
	var b strings.Builder
	b.WriteString("| engine | trials | mutants found in every trial | CPU to find one | executions | million ops/s | shortest known | shortest of its class | shrink: executions | CPU |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|\n")
	for _, c := range s.scores {
		if c.tried > 0 {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(c.tableRow(), " | "))
		}
	}
	b.WriteString("\n")
	for _, c := range s.scores {
		if c.tried > 0 && c.tried < len(s.tasks) && !c.isOurs {
			b.WriteString(s.onFewer(c))
		}
	}
	b.WriteString(reading)
	return b.String()
}

// reading explains the columns of the table.
const reading = `
How to read it:

- *CPU to find one* and *executions*: until the first failure was judged. Making the engine counts, shrinking does not. Both are
  the geometric mean, over the mutants, of the median over the seeds. A miss counts with what it spent.
- After three misses an engine is not tried on that mutant again. Of go test -fuzz only the worker counts.
- *Million ops/s* is the speed on a specimen without a bug.
- props.Run confirms each finding, lesser ones too, by ten more executions, which count.
- *Shortest known*: the share of shrunk trials that reached the shortest trace known for the mutant. *Shortest of its class*:
  the share that reached the shortest trace that any engine found for the same class of failure.
`

func (c *score) tableRow() []string {
	row := []string{c.title, fmt.Sprint(c.trials), fmt.Sprintf("%d of %d", c.foundByAll, c.tried), inMilliseconds(c.cpu), twoDigits(c.traces),
		showPositive(c.opsPerSecond/1e6, twoDigits), percentOf(c.shrunkToKnown, c.shrunk), percentOf(c.shrunkToClass, c.shrunk), showPositive(c.shrinkExecutions, twoDigits), showPositive(c.shrinkSeconds, inMilliseconds)}
	if c.cpuUnknown {
		row[3], row[5], row[7], row[9] = "", "", "", ""
	}
	return row
}

// onFewer returns what this project's engines need on the mutants that c tried.
func (s *summary) onFewer(c *score) string {
	theirs := c.triedTasks(s.tasks)
	var list []string
	for _, our := range s.scores {
		if !our.isOurs || our.tried < len(s.tasks) {
			continue
		}
		cpu, traces := our.geometricMeans(theirs)
		list = append(list, fmt.Sprintf("%s %s executions, %s", our.title, twoDigits(traces), inMilliseconds(cpu)))
	}
	return fmt.Sprintf("On the %d mutants of %s: %s.\n", len(theirs), c.title, strings.Join(list, "; "))
}

// showPositive formats v; 0 means that the value is not known, and shows as nothing.
func showPositive(v float64, show func(float64) string) string {
	if v == 0 {
		return ""
	}
	return show(v)
}

// inMilliseconds formats v seconds in milliseconds, with two significant digits.
func inMilliseconds(v float64) string { return twoDigits(v*1e3) + " ms" }

func twoDigits(v float64) string {
	switch {
	case v < 0.1:
		return fmt.Sprintf("%.3f", v)
	case v < 1:
		return fmt.Sprintf("%.2f", v)
	case v < 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}

func percentOf(n, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

// mutantTable returns the medians of each mutant, after the lists of those on which tuned rapid
// needs less.
func (s *summary) mutantTable() string {
	var b strings.Builder
	for _, c := range s.scores {
		if !c.isOurs || c.onlyIfNamed {
			continue
		}
		fmt.Fprintf(&b, "%s needs more than tuned rapid, in the median:\n\n- executions: %s\n- CPU time: %s\n\n", c.title,
			s.listSlower(c, countExecutions, func(v float64) string { return fmt.Sprintf("%.0f", v) }), s.listSlower(c, cpuSeconds, inMilliseconds))
	}
	b.WriteString("Executions and CPU time, medians. A dash: most trials found nothing. A star: not all found it.\n\n| mutant | shortest |")
	line := "\n|---|---|"
	var shown []*score
	for _, c := range s.scores {
		if c.tried > 0 {
			shown = append(shown, c)
			b.WriteString(" " + c.name + " |")
			line += "---|"
		}
	}
	b.WriteString(line + "\n")
	for _, t := range s.tasks {
		fmt.Fprintf(&b, "| %s | %d |", t.name, t.shortest)
		for _, c := range shown {
			b.WriteString(" " + c.mutantCell(t) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString(s.rangeTable())
	return b.String()
}

// rangeTable returns medians with the least and the most, for the mutants that were hunted by the
// engines that only run when they are named.
func (s *summary) rangeTable() string {
	var b strings.Builder
	b.WriteString("\nFuzz engines, CPU time to find a mutant: median (least to most, a miss with what it spent) of so many trials.\n\n| mutant |")
	line := "\n|---|"
	var shown []*score
	var named *score
	for _, c := range s.scores {
		if c.onlyIfNamed && c.tried > 0 {
			named = c
		}
	}
	if named == nil {
		return ""
	}
	for _, c := range s.scores {
		if c.tried > 0 && c.tried < len(s.tasks) && !c.cpuUnknown {
			shown = append(shown, c)
			b.WriteString(" " + c.title + " |")
			line += "---|"
		}
	}
	b.WriteString(line + "\n")
	for _, t := range named.triedTasks(s.tasks) {
		fmt.Fprintf(&b, "| %s |", t.name)
		for _, c := range shown {
			b.WriteString(" " + c.rangeCell(t) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// rangeCell returns a cell of rangeTable.
func (c *score) rangeCell(t *task) string {
	h := c.hunts[t.name]
	if h == nil {
		return ""
	}
	least, most := cpuSeconds(h.trials[0]), cpuSeconds(h.trials[0])
	for _, r := range h.trials {
		least, most = min(least, cpuSeconds(r)), max(most, cpuSeconds(r))
	}
	v, _ := h.medianCost(cpuSeconds)
	return fmt.Sprintf("%s (%s to %s), %d of %d", inMilliseconds(v), inMilliseconds(least), inMilliseconds(most), h.found, len(h.trials))
}

func (c *score) mutantCell(t *task) string {
	h := c.hunts[t.name]
	if h == nil {
		return ""
	}
	n, found := h.medianCost(countExecutions)
	if !found {
		return "–"
	}
	text := fmt.Sprintf("%.0f", n)
	if v, _ := h.medianCost(cpuSeconds); !c.cpuUnknown {
		text += ", " + inMilliseconds(v)
	}
	if !h.foundAlways() {
		text += " *"
	}
	return text
}

// rival is the engine that this project compares itself with.
const rival = "rapid-tuned"

// listSlower lists the mutants for which the rival's median is lower.
func (s *summary) listSlower(c *score, of func(trial) float64, show func(float64) string) string {
	var list []string
	for _, other := range s.scores {
		if other.name != rival {
			continue
		}
		for _, t := range s.tasks {
			a, b := c.hunts[t.name], other.hunts[t.name]
			if a == nil || b == nil {
				continue
			}
			ours, _ := a.medianCost(of)
			if theirs, found := b.medianCost(of); found && theirs < ours {
				list = append(list, fmt.Sprintf("%s (%s against %s)", t.name, show(ours), show(theirs)))
			}
		}
	}
	if list == nil {
		return "none"
	}
	return fmt.Sprintf("%d of %d: %s", len(list), len(s.tasks), strings.Join(list, ", "))
}

// The lines between which a page has the table.
const (
	begins = "<!-- bench -->\n"
	ends   = "<!-- /bench -->\n"
)

// rewriteBetweenMarks replaces the text between the two lines of the file.
func rewriteBetweenMarks(name, text string) error {
	b, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(b), begins)
	_, after, closed := strings.Cut(rest, ends)
	if !ok || !closed {
		return fmt.Errorf("%s has no line %q with a line %q below it: put them where the table is to stand", name, begins[:len(begins)-1], ends[:len(ends)-1])
	}
	return os.WriteFile(name, []byte(before+begins+text+ends+after), 0o644)
}
