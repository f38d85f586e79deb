package report

import (
	"cmp"
	"crypto/sha256"
	"embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/metamorphic"
	"github.com/pongcheck/pongcheck/props/result"
)

//go:embed page
var pageFiles embed.FS

// pages are the templates: a file is a section.
var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"at":      nameAt,
	"clipped": clipBlock,
	"flat":    oneLine,
	"number":  number,
	"count":   countText,
	"lower":   func(v fmt.Stringer) string { return strings.ReplaceAll(strings.ToLower(v.String()), " ", "-") },
	"add":     func(a, b int) int { return a + b },
	"status":  result.Status,
	"elided":  func(text string, n int) string { return elide(oneLine(text), n) },
	"ended":   endSentence,
	"foundBy": func(f result.Finding) string { return foundBy(&f) },
	"rate":    cpuRate,
	"legend":  legend,
	"changed": func(title string, findings []result.Finding, none string) changed {
		return changed{title, none, findings}
	},
}).ParseFS(pageFiles, "page/*.html"))

// maxDrawn is how many findings the page shows in full; the others have a line each.
const maxDrawn = 100

// page holds what the templates show.
type page struct {
	*Run
	Style  template.CSS
	Change *Change // nil: there is nothing to compare with
	Drawn  []shownFinding
	Rest   []result.Finding
}

// HTML writes a run as one page that loads nothing: readable without scripts, in light
// and dark, on paper and on a phone. c is what changed since an earlier run, or nil.
func HTML(w io.Writer, r *Run, c *Change) error {
	style, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		return err
	}
	p := &page{Run: r, Style: template.CSS(style), Change: c}
	for i := range r.Findings {
		if f := r.Findings[i]; i < maxDrawn {
			p.Drawn = append(p.Drawn, shownFinding{f})
		} else {
			p.Rest = append(p.Rest, f)
		}
	}
	return pages.ExecuteTemplate(w, "page.html", p)
}

// changed is a list of findings.
type changed struct {
	Title, None string
	Findings    []result.Finding
}

// cpuRate returns the executions in a second of processor time.
func cpuRate(executions int64, ms *float64) string {
	if ms == nil || *ms <= 0 {
		return "-"
	}
	return number(int64(float64(executions) / *ms * 1000))
}

// Title returns the title of the page.
func (p *page) Title() string {
	names := map[string]bool{}
	for i := range p.Subjects {
		names[nameAt(p.Subjects[i].Subject, p.Subjects[i].Version)] = true
	}
	if len(names) == 1 {
		for name := range names {
			return p.Verdict() + ": " + oneLine(name)
		}
	}
	return p.Verdict()
}

// Kind returns the verdict as a class of the style sheet.
func (p *page) Kind() string {
	return strings.ReplaceAll(strings.ToLower(p.Verdict()), " ", "-")
}

// shownFinding is a finding as the page shows it.
type shownFinding struct{ result.Finding }

// Sentences returns what is known about the rule, or the property, that is broken.
func (f *shownFinding) Sentences() (s struct{ Rule, Cite, Link, Hazard, Tried string }) {
	if id, ok := model.FindRule(f.Finding.Rule); ok {
		rule := id.Rule()
		s.Rule, s.Cite, s.Link, s.Hazard = rule.Sentence, rule.Cite(), ruleLink(rule), rule.Hazard
	}
	if name, is := strings.CutPrefix(f.Class, result.OfProperties+" "); is {
		if x, ok := metamorphic.Find(name); ok {
			s.Rule, s.Cite, s.Hazard, s.Tried = x.Sentence, "property", x.Hazard, x.How
		}
	}
	if f.Verdict == model.FAILED {
		s.Hazard = "" // it needs no other reason
	}
	return s
}

// ruleLink returns the address of the rule's section.
func ruleLink(rule *model.Rule) string {
	section, rfc := rule.Section, "6455"
	if rest, is := strings.CutPrefix(section, "RFC "); is {
		rfc, section, _ = strings.Cut(rest, " section ")
	}
	if section == "" {
		return ""
	}
	return fmt.Sprintf("https://www.rfc-editor.org/rfc/rfc%s#section-%s", rfc, section)
}

// maxID is how long an id on the page is.
const maxID = 100

// ID returns the anchor of the finding on the page.
func (f *shownFinding) ID() string {
	k := failureOf(&f.Finding).String()
	id := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, k), "-")
	if len(id) > maxID {
		id = fmt.Sprintf("%s-%x", id[:maxID], sha256.Sum256([]byte(k)))[:maxID+9]
	}
	return "finding-" + id
}

// Place returns where the finding is: a line of a file, or an op.
func (f *shownFinding) Place() string {
	switch {
	case f.File != "" && f.Line > 0:
		return fmt.Sprintf("%s:%d", f.File, f.Line)
	case f.Op > 0:
		return fmt.Sprintf("op %d", f.Op)
	}
	return ""
}

// conversation is a transcript, with a drawing if it can be parsed.
type conversation struct {
	Caption string
	Drawing template.HTML
	Text    string
}

// Conversations returns the transcripts of the finding.
func (f *shownFinding) Conversations() (all []conversation) {
	texts := f.Runs
	if f.Transcript != "" {
		texts = []string{f.Transcript}
	}
	for i, transcript := range texts {
		c := conversation{Text: transcript}
		if len(texts) > 1 {
			c.Caption = fmt.Sprintf("Run %d of %d", i+1, len(texts))
		}
		if t, err := text.ParseString(transcript); err == nil {
			c.Drawing, _ = Sequence(t, f.Op) // the text stands below it
		}
		all = append(all, c)
	}
	return all
}

// GoTest returns a test to paste, or nothing.
func (f *shownFinding) GoTest() string { return GoTest(&f.Finding) }

// Shown returns what was seen in place of what was expected: the outcome of the op, if
// the finding does not say it.
func (f *shownFinding) Shown() string {
	if f.Want != "" || f.Finding.Seen != "" || f.Op == 0 || f.Transcript == "" {
		return f.Finding.Seen
	}
	t, err := text.ParseString(f.Transcript)
	switch {
	case err != nil:
		return ""
	case f.Op <= len(t.Steps):
		return outcomeLines(&t.Steps[f.Op-1].Outcome)
	case t.Ended:
		return outcomeLines(&t.End)
	}
	return ""
}

// outcomeLines returns the lines of an outcome without their indent.
func outcomeLines(o *model.Outcome) string {
	return cmp.Or(strings.TrimSpace(strings.ReplaceAll(o.String(), "\n  ", "\n")), "(nothing)")
}
