package report

import (
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

func afterPage(t *testing.T) string {
	t.Helper()
	r := afterRun(t)
	c := Compare(beforeRun(t), r)
	return render(t, func(w io.Writer) error { return HTML(w, r, c) })
}

// What is to be pasted is on the page to the byte.
func TestWhatIsPastedIsWhole(t *testing.T) {
	page := html.UnescapeString(afterPage(t))
	r, tests := afterRun(t), 0
	for i := range r.Findings {
		f := &r.Findings[i]
		for _, s := range []string{GoTest(f), f.Trace, f.Transcript, f.Replay} {
			if !strings.Contains(page, s) {
				t.Errorf("not on the page:\n%s", s)
			}
		}
		if GoTest(f) != "" {
			tests++
		}
	}
	if tests < 5 {
		t.Errorf("%d tests to paste", tests)
	}
}

// The page loads nothing, runs nothing, and links to its own parts and to RFCs.
func TestPageStandsAlone(t *testing.T) {
	page := afterPage(t)
	for _, bad := range []string{"<script", "<link", "<img", "<iframe", "src=", "url(", "@import", "@font-face", "javascript:", " on"} {
		if at := strings.Index(page, bad); at >= 0 && (bad != " on" || regexp.MustCompile(`<[^>]* on[a-z]+=`).MatchString(page)) {
			t.Errorf("%q is in it: %.60q", bad, page[at:])
		}
	}
	for _, link := range regexp.MustCompile(`href="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		target, inside := strings.CutPrefix(link[1], "#")
		switch {
		case inside && strings.Contains(page, `id="`+target+`"`):
		case strings.HasPrefix(link[1], "https://www.rfc-editor.org/rfc/rfc"):
		default:
			t.Errorf("a link to %s", link[1])
		}
	}
	ids := map[string]bool{}
	for _, id := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[id[1]] {
			t.Errorf("the id %s is there twice", id[1])
		}
		ids[id[1]] = true
	}
}

// Every header of a table says of what, every picture what it shows.
func TestPageIsAccessible(t *testing.T) {
	page := afterPage(t)
	if i := regexp.MustCompile(`<th(>| [^s])`).FindStringIndex(page); i != nil {
		t.Errorf("a header without a scope: %.60s", page[i[0]:])
	}
	for _, svg := range regexp.MustCompile(`<svg[^>]*>`).FindAllString(page, -1) {
		if !strings.Contains(svg, `role="img"`) || !strings.Contains(svg, `aria-label="`) {
			t.Errorf("a picture without a name: %s", svg)
		}
	}
	if !strings.HasPrefix(page, "<!DOCTYPE html>\n<html lang=\"en\">") {
		t.Errorf("it begins with %.40q", page)
	}
	last := 1
	for _, h := range regexp.MustCompile(`<h([1-6])[ >]`).FindAllStringSubmatch(page, -1) {
		level := int(h[1][0] - '0')
		if level > last+1 {
			t.Errorf("a heading of level %d below one of level %d", level, last)
		}
		last = level
	}
}

// Whatever word the page has for a verdict, its legend has it too.
func TestLegendHasTheWords(t *testing.T) {
	var all strings.Builder
	for _, w := range legend() {
		if w.Means == "" {
			t.Errorf("%s means nothing", w.Word)
		}
		all.WriteString(w.Word + "\n" + w.Means + "\n")
	}
	words := familyNames()
	for v := model.NotReached; v <= model.FAILED; v++ {
		words = append(words, v.String()+" "+symbols[v])
	}
	words = append(words, string(model.Proved), string(model.Inferred), string(model.Must), string(model.Contract), string(model.Lint), "INCOMPLETE")
	for _, p := range []model.Policy{model.UpTo, model.Exact, model.Latest, model.AnyPong, model.SingleSlot, model.Counter} {
		words = append(words, p.String())
	}
	for k := model.Ping; k < model.End; k++ {
		words = append(words, k.String())
	}
	words = append(words, "native", "turbo", "race", "properties", "stable", "flaky", "not again", "hang", "out of memory", "or else", "hazard", "bucket", "mirrors", "situation", "canary", "acked 0s",
		"mixed", "not seen", "exact or latest", "NOTHING WAS RUN", "a CPU second", "-embargo")
	for _, word := range words {
		if !strings.Contains(all.String(), word) {
			t.Errorf("%q is not defined", word)
		}
	}
}

// What was seen stands beside what was expected, also if that is nothing; what was
// expected is left out if it is not known.
func TestSeenIsShown(t *testing.T) {
	const trace = "pongcheck-trace 1\nrecv-ping 61\nsettle\n  closed\n"
	for _, c := range []struct {
		f    result.Finding
		want string
	}{
		{result.Finding{Transcript: trace, Op: 1}, "(nothing)"},
		{result.Finding{Transcript: trace, Op: 2}, "closed"},
		{result.Finding{Transcript: trace + "end\n", Op: 3}, "(nothing)"},
		{result.Finding{Transcript: trace, Op: 3}, ""}, // it did not get there
		{result.Finding{Transcript: trace, Op: 1, Want: "> pong 61", Seen: "eof"}, "eof"},
		{result.Finding{Op: 1}, ""},
	} {
		if got := (&shownFinding{c.f}).Shown(); got != c.want {
			t.Errorf("%+v: %q, want %q", c.f, got, c.want)
		}
	}
	f := result.Finding{Rule: "pong.owed", Class: "pong.owed", Verdict: model.FAILED, Transcript: trace, Op: 1}
	for _, want := range []string{"", "> pong 61"} {
		if f.Want = want; want != "" {
			f.Seen = "(nothing)"
		}
		r := &Run{Findings: []result.Finding{f}}
		for format, write := range map[string]func(io.Writer) error{
			"page":    func(w io.Writer) error { return HTML(w, r, nil) },
			"summary": func(w io.Writer) error { return Markdown(w, r, nil) },
			"JUnit":   func(w io.Writer) error { return JUnit(w, r) },
		} {
			got := strings.ToLower(render(t, write))
			if !strings.Contains(got, "(nothing)") || strings.Contains(got, "expected") != (want != "") {
				t.Errorf("%s, %q expected:\n%s", format, want, got)
			}
		}
	}
}

// Findings of one class of one subject are told apart by the test or the file.
func TestHeadline(t *testing.T) {
	f := result.Finding{Subject: "x", Version: "1", Class: "pong.owed", Verdict: model.FAILED}
	if got := headline(&f, codeSpan); got != "FAILED `pong.owed` in `x@1`" {
		t.Error(got)
	}
	f.Test, f.Known = "example.org/x TestWS", true
	if got := headline(&f, oneLine); got != "FAILED pong.owed in x@1 by example.org/x TestWS (known)" {
		t.Error(got)
	}
	r := &Run{Findings: []result.Finding{f}}
	if page := render(t, func(w io.Writer) error {
		return HTML(w, r, Compare(&Run{Findings: []result.Finding{{Subject: "y"}}}, r))
	}); strings.Count(page, " by example.org/x TestWS") != 2 {
		t.Error("the page does not name the test in both headings")
	}
}
