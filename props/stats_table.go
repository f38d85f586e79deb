package props

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// Counts are counts of one sort in [Stats], by name, and of how many.
type Counts struct {
	Title string
	Of    int
	Names []string
	N     []int
}

var (
	steps = [8]string{"0", "1", "2-3", "4-7", "8-15", "16-31", "32-63", "64+"}
	forms = [model.Flipped + 1]string{"literal", "chosen", "echo", "prefix", "extended", "flipped"}
)

// Counts are all of them. Those of runs are there only if there were any.
func (s *Stats) Counts() []Counts {
	kinds := countsOf("ops", s.Ops, s.Kinds[:], func(i int) string { return model.Kind(i).String() })
	all := []Counts{
		kinds,
		countsOf("pongs", s.Kinds[model.Pong], s.Forms[:], func(i int) string { return forms[i] }),
		countsOf("lengths", s.Traces, s.Lengths[:], func(i int) string { return steps[i] }),
		countsOf("pending", s.Traces, s.Depths[:], func(i int) string { return steps[i] }),
		countsOf("reached", s.Traces, s.Situations[:ShowedAcked], func(i int) string { return Situation(i).String() }),
	}
	if s.Runs == 0 {
		return all
	}
	pings := 0
	for _, n := range s.Outcomes {
		pings += n
	}
	rules := model.Rules()
	return append(all,
		countsOf("showed", s.Runs, s.Situations[ShowedAcked:], func(i int) string {
			return strings.TrimPrefix((ShowedAcked + Situation(i)).String(), "showed: ")
		}),
		countsOf("waiters", pings, s.Outcomes[:], func(i int) string {
			if i == 0 {
				return "left"
			}
			return model.How(i).String()
		}),
		countsOf("policies", s.Distinguished, s.Policies[model.UpTo:model.Counter+1], func(i int) string { return model.Policy(i + 1).String() }),
		countsOf("rules", s.Runs, s.Rules[:len(rules)], func(i int) string { return rules[i].ID }))
}

func countsOf(title string, of int, n []int, name func(i int) string) Counts {
	c := Counts{Title: title, Of: of}
	for i := range n {
		if s := name(i); s != "" {
			c.Names, c.N = append(c.Names, s), append(c.N, n[i])
		}
	}
	return c
}

// titles say what the counts are of.
var titles = map[string]string{
	"ops":      "ops, by kind",
	"pongs":    "pongs, by what they say",
	"lengths":  "traces, by their number of ops",
	"pending":  "traces, by the most pings pending at once",
	"reached":  "traces that reached, judged without the subject",
	"showed":   "traces in which the subject showed",
	"waiters":  "pings, by how they ended",
	"policies": "traces that tell policies apart, by what explains them",
	"rules":    "traces that put a rule to the test",
}

// String is a table of all counts that are not 0, in per cent, and of the rules that
// were never put to the test.
func (s *Stats) String() string {
	var b strings.Builder
	if s.Frames > 0 {
		fmt.Fprintf(&b, "%d single frames before the random traces\n", s.Frames)
	}
	fmt.Fprintf(&b, "%d traces, %d ops, %.1f a trace; in per cent:\n", s.Traces, s.Ops, shareOf(s.Ops, s.Traces))
	for _, c := range s.Counts() {
		if c.Of > 0 {
			c.writeTable(&b)
		}
	}
	return b.String()
}

// columns are those of a table.
const columns = 3

func (c *Counts) writeTable(b *strings.Builder) {
	fmt.Fprintf(b, "  %s\n", titles[c.Title])
	var never []string
	var row strings.Builder
	cells := 0
	for i, n := range c.N {
		if n == 0 {
			never = append(never, c.Names[i])
			continue
		}
		fmt.Fprintf(&row, "  %-23s%5.1f", c.Names[i], 100*shareOf(n, c.Of))
		if cells++; cells%columns == 0 {
			row.WriteByte('\n')
		}
	}
	if cells%columns != 0 {
		row.WriteByte('\n')
	}
	b.WriteString(indentLines(row.String(), "  "))
	if c.Title == "rules" && never != nil {
		b.WriteString(foldLines("    never: "+strings.Join(never, ", ")) + "\n")
	}
}
