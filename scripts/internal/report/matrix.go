package report

import (
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// familyNames returns the families of rules in their order, and then the properties.
func familyNames() (names []string) {
	for _, r := range model.Rules() {
		name, _, _ := strings.Cut(r.ID, ".")
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
	}
	return append(names, result.OfProperties)
}

// cell shows how a subject does by the rules of a family.
type cell struct {
	Family  string
	Verdict model.Verdict
	Known   bool     // every failure is known
	Rules   []string // the rules with the verdict, if it is worse than OK
}

// Symbol returns the verdict as a character.
func (c cell) Symbol() string { return symbols[c.Verdict] }

var symbols = map[model.Verdict]string{model.NotReached: "·", model.NotObserved: "–", model.OK: "✓",
	model.Informational: "i", model.NonStrict: "△", model.FAILED: "✗"}

// Word returns the verdict and its rules in words.
func (c cell) Word() string {
	word := c.Verdict.String()
	if c.Known {
		word += ", known"
	}
	if len(c.Rules) > 0 {
		word += ": " + strings.Join(c.Rules, ", ")
	}
	return word
}

// matrixRow is a subject with a cell for each family.
type matrixRow struct {
	Name, Profile, Of string // Of: the test or the file, and the profile if there are several
	Verdict           model.Verdict
	Policy            string
	Traces, Ops       int
	Error             string
	Cells             []cell
	Worse             []string // the rules that are worse than OK, by verdict
}

// Families returns the columns of the matrix.
func (p *page) Families() []string { return familyNames() }

// Matrix returns a row for each verdict, and one for each subject that has only findings.
// It leaves out subjects whose findings name no rule, such as fuzz targets.
func (r *Run) Matrix() (rows []matrixRow) {
	for i, v := range r.allVerdicts() {
		row := r.matrixRow(&v)
		told := func(c cell) bool { return c.Verdict > model.NotObserved }
		if i < len(r.Subjects) || slices.ContainsFunc(row.Cells, told) {
			rows = append(rows, row)
		}
	}
	return rows
}

// allVerdicts returns the verdicts, and one for each subject that has only findings.
func (r *Run) allVerdicts() []result.Verdict {
	rows := r.Subjects[:len(r.Subjects):len(r.Subjects)]
	for i := range r.Findings {
		f := &r.Findings[i]
		row := slices.IndexFunc(rows, func(v result.Verdict) bool { return belongsTo(f, &v) })
		if row < 0 {
			rows = append(rows, result.Verdict{Subject: f.Subject, Version: f.Version, Profile: f.Profile, Test: f.Test, File: f.File, Verdict: f.Verdict})
		} else if row >= len(r.Subjects) {
			rows[row].Verdict = max(rows[row].Verdict, f.Verdict)
		}
	}
	return rows
}

// distinctProfile returns the profile of a verdict if the subject was judged by another
// one, too, and else nothing.
func (r *Run) distinctProfile(v *result.Verdict) string {
	other := func(subject, version, profile string) bool {
		return subject == v.Subject && version == v.Version && profile != v.Profile && profile != ""
	}
	if slices.ContainsFunc(r.Subjects, func(w result.Verdict) bool { return other(w.Subject, w.Version, w.Profile) }) ||
		slices.ContainsFunc(r.Findings, func(f result.Finding) bool { return other(f.Subject, f.Version, f.Profile) }) {
		return v.Profile
	}
	return ""
}

func (r *Run) matrixRow(v *result.Verdict) matrixRow {
	row := matrixRow{Name: nameAt(v.Subject, v.Version), Profile: v.Profile, Of: strings.TrimSpace(r.distinctProfile(v) + " " + v.Test + " " + elide(v.File, 40)), Verdict: v.Verdict,
		Policy: v.Policy, Traces: v.Traces, Ops: v.Ops, Error: v.Error}
	verdicts := map[string]model.Verdict{}
	for rule, verdict := range v.Rules {
		verdicts[rule] = verdict
	}
	for name, property := range v.Properties {
		verdicts[result.OfProperties+" "+name] = property.Verdict
	}
	known := map[string]bool{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if !belongsTo(f, v) {
			continue
		}
		name := f.Rule
		if name == result.OfProperties {
			name = f.Class
		}
		verdicts[name] = max(verdicts[name], f.Verdict)
		if f.Verdict == model.FAILED {
			was, is := known[name]
			known[name] = f.Known && (was || !is)
		}
	}
	for _, family := range familyNames() {
		row.Cells = append(row.Cells, newCell(family, verdicts, known))
	}
	row.Worse = worseRules(verdicts, known)
	return row
}

// worseRules lists the rules by each verdict that is worse than OK: "FAILED: recv.mask".
func worseRules(verdicts map[string]model.Verdict, known map[string]bool) (lines []string) {
	for v := model.FAILED; v > model.OK; v-- {
		var rules []string
		for _, rule := range sortedKeys(verdicts) {
			if verdicts[rule] != v {
				continue
			}
			if known[rule] {
				rule += " (known)"
			}
			rules = append(rules, rule)
		}
		if len(rules) > 0 {
			lines = append(lines, v.String()+": "+strings.Join(rules, ", "))
		}
	}
	return lines
}

func newCell(family string, verdicts map[string]model.Verdict, known map[string]bool) cell {
	c := cell{Family: family}
	for _, rule := range sortedKeys(verdicts) {
		name, _, _ := strings.Cut(strings.Replace(rule, result.OfProperties+" ", result.OfProperties+".", 1), ".")
		if name != family {
			continue
		}
		if verdicts[rule] > c.Verdict {
			c.Verdict, c.Known, c.Rules = verdicts[rule], true, nil
		}
		if verdicts[rule] == c.Verdict {
			c.Rules = append(c.Rules, rule)
			c.Known = c.Known && known[rule]
		}
	}
	c.Known = c.Known && c.Verdict == model.FAILED
	if c.Verdict <= model.OK {
		c.Rules = nil
	}
	return c
}

// ruleRow says how often a rule was put to the test.
type ruleRow struct {
	model.Rule
	Link                   string
	Asked, Reached, Broken int // subjects
	Traces                 int
}

// Told reports whether the traces were counted.
func (r *Run) Told() bool { return len(r.Stats) > 0 }

// Rules returns all rules, and how often each was put to the test: by how many of the
// subjects that show what the rule needs, and by how many traces if that was counted.
func (r *Run) Rules() (rows []ruleRow) {
	for _, rule := range model.Rules() {
		row := ruleRow{Rule: rule, Link: ruleLink(&rule)}
		for i := range r.Subjects {
			verdict, told := r.Subjects[i].Rules[rule.ID]
			if !told || verdict == model.NotObserved {
				continue
			}
			row.Asked++
			if verdict > model.NotObserved {
				row.Reached++
			}
			if verdict == model.FAILED {
				row.Broken++
			}
		}
		for i := range r.Stats {
			row.Traces += r.Stats[i].Counts["rules"][rule.ID]
		}
		rows = append(rows, row)
	}
	return rows
}

// Unreached returns the rules that no subject was put to.
func (r *Run) Unreached() (ids []string) {
	for _, row := range r.Rules() {
		if row.Reached == 0 {
			ids = append(ids, row.ID)
		}
	}
	return ids
}

// tallied is a name and a number.
type tallied struct {
	Name string
	N    int
}

// Situations returns how many traces got into each situation.
func (r *Run) Situations() []tallied { return r.sumCounts("reached") }

// Showed returns in how many traces subjects did what.
func (r *Run) Showed() []tallied { return r.sumCounts("showed") }

func (r *Run) sumCounts(counts string) (all []tallied) {
	sums := map[string]int{}
	for i := range r.Stats {
		for name, n := range r.Stats[i].Counts[counts] {
			sums[name] += n
		}
	}
	for _, name := range sortedKeys(sums) {
		all = append(all, tallied{name, sums[name]})
	}
	return all
}

// Executed returns how many traces were counted.
func (r *Run) Executed() (n int) {
	for i := range r.Stats {
		n += r.Stats[i].Traces
	}
	return n
}
