package main

import (
	"fmt"
	"os"
	"strings"
)

// table is the summary in Markdown: a line an engine, and below it what does not
// compare line by line.
func (s *summary) table() string {
	var b strings.Builder
	b.WriteString("| engine | trials | mutants found in every trial | CPU to find one | executions | million ops/s | shortest known | shortest of its class | shrink: executions | CPU |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|---|---|\n")
	for _, c := range s.scores {
		if c.tried > 0 {
			fmt.Fprintf(&b, "| %s |\n", strings.Join(c.row(), " | "))
		}
	}
	b.WriteString("\n")
	for _, c := range s.scores {
		if c.tried > 0 && c.tried < len(s.tasks) && !c.ours {
			b.WriteString(s.onFewer(c))
		}
	}
	b.WriteString(reading)
	return b.String()
}

// reading says how to read the table, wherever it stands.
const reading = `
CPU time (getrusage) and executions until the first failure was judged, making the engine included, shrinking not; the geometric
mean over mutants of the median over seeds, a miss with what it spent. After three misses an engine is not tried on that mutant
again. Of go test -fuzz the worker alone is counted. Ops a second are those on a specimen that is right. Executions of props.Run
include the ten by which it confirms each finding, lesser ones too. Shortest known: of all shrunk trials, those that came to
the shortest trace known; of its class: to the shortest of that class of failure that any engine came to.
`

func (c *score) row() []string {
	row := []string{c.title, fmt.Sprint(c.trials), fmt.Sprintf("%d of %d", c.always, c.tried), milli(c.cpu), digits(c.traces),
		positive(c.rate/1e6, digits), share(c.known, c.shrunk), share(c.best, c.shrunk), positive(c.tries, digits), positive(c.reduced, milli)}
	if c.blind {
		row[3], row[5], row[7], row[9] = "", "", "", ""
	}
	return row
}

// onFewer is what this project's engines need on the mutants that c was tried on.
func (s *summary) onFewer(c *score) string {
	theirs := c.of(s.tasks)
	var list []string
	for _, our := range s.scores {
		if !our.ours || our.tried < len(s.tasks) {
			continue
		}
		cpu, traces := our.means(theirs)
		list = append(list, fmt.Sprintf("%s %s executions, %s", our.title, digits(traces), milli(cpu)))
	}
	return fmt.Sprintf("On the %d mutants of %s: %s.\n", len(theirs), c.title, strings.Join(list, "; "))
}

// positive shows v; nothing if it is 0, which is to say not known.
func positive(v float64, show func(float64) string) string {
	if v == 0 {
		return ""
	}
	return show(v)
}

// milli is v seconds in milliseconds, with two digits that count.
func milli(v float64) string { return digits(v*1e3) + " ms" }

func digits(v float64) string {
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

func share(n, of int) string {
	if of == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f %%", 100*float64(n)/float64(of))
}

// mutants is a table with the medians of each mutant, after the lists of those that
// tuned rapid finds with less.
func (s *summary) mutants() string {
	var b strings.Builder
	for _, c := range s.scores {
		if !c.ours || c.named {
			continue
		}
		fmt.Fprintf(&b, "%s needs more than tuned rapid, in the median:\n\n- executions: %s\n- CPU time: %s\n\n", c.title,
			s.slower(c, executions, func(v float64) string { return fmt.Sprintf("%.0f", v) }), s.slower(c, seconds, milli))
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
			b.WriteString(" " + c.cell(t) + " |")
		}
		b.WriteString("\n")
	}
	b.WriteString(s.ranges())
	return b.String()
}

// ranges is a table of the mutants that engines were tried on which only run when they are
// named: medians with the least and the most.
func (s *summary) ranges() string {
	var b strings.Builder
	b.WriteString("\nFuzz engines, CPU time to find a mutant: median (least to most, a miss with what it spent) of so many trials.\n\n| mutant |")
	line := "\n|---|"
	var shown []*score
	var named *score
	for _, c := range s.scores {
		if c.named && c.tried > 0 {
			named = c
		}
	}
	if named == nil {
		return ""
	}
	for _, c := range s.scores {
		if c.tried > 0 && c.tried < len(s.tasks) && !c.blind {
			shown = append(shown, c)
			b.WriteString(" " + c.title + " |")
			line += "---|"
		}
	}
	b.WriteString(line + "\n")
	for _, t := range named.of(s.tasks) {
		fmt.Fprintf(&b, "| %s |", t.name)
		for _, c := range shown {
			b.WriteString(" " + c.spread(t) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

// spread is a cell of ranges.
func (c *score) spread(t *task) string {
	h := c.hunts[t.name]
	if h == nil {
		return ""
	}
	least, most := seconds(h.trials[0]), seconds(h.trials[0])
	for _, r := range h.trials {
		least, most = min(least, seconds(r)), max(most, seconds(r))
	}
	v, _ := h.median(seconds)
	return fmt.Sprintf("%s (%s to %s), %d of %d", milli(v), milli(least), milli(most), h.found, len(h.trials))
}

func (c *score) cell(t *task) string {
	h := c.hunts[t.name]
	if h == nil {
		return ""
	}
	n, found := h.median(executions)
	if !found {
		return "–"
	}
	text := fmt.Sprintf("%.0f", n)
	if v, _ := h.median(seconds); !c.blind {
		text += ", " + milli(v)
	}
	if !h.always() {
		text += " *"
	}
	return text
}

// rival is the engine that this project's is held against.
const rival = "rapid-tuned"

// slower lists the mutants of which the rival's median is less.
func (s *summary) slower(c *score, of func(trial) float64, show func(float64) string) string {
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
			ours, _ := a.median(of)
			if theirs, found := b.median(of); found && theirs < ours {
				list = append(list, fmt.Sprintf("%s (%s against %s)", t.name, show(ours), show(theirs)))
			}
		}
	}
	if list == nil {
		return "none"
	}
	return fmt.Sprintf("%d of %d: %s", len(list), len(s.tasks), strings.Join(list, ", "))
}

// The lines between which the README has the table.
const (
	begins = "<!-- bench -->\n"
	ends   = "<!-- /bench -->\n"
)

// rewrite puts text between the two lines of the file.
func rewrite(name, text string) error {
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
