package report

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// evil is what a subject or its peer may put into a name, a reason or a payload.
const evil = "x\"'`</text></svg></code></pre></summary><script>alert(1)</script><img src=x onerror=alert(1)>\n" +
	"::error::gone\r\n```\n# big | @everyone ![x](http://evil.example/y) www.evil.example me@evil.example #1 GH-1 ``code`` $x$ &lt; {{.}}\x1b[2J\x00\u202eabc\u2028"

// fill puts text into every string of a struct, and one of it into every list and map.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key, text)
		fill(value, text)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	}
}

// evilRun is a run that says nothing else.
func evilRun() *Run {
	r := new(Run)
	fill(reflect.ValueOf(r).Elem(), evil)
	f := r.Findings[0]
	f.Verdict = model.FAILED
	f.Class = "property renaming"
	shown := f
	shown.Class, shown.Rule, shown.Runs = "crash "+evil, "crash", nil
	shown.Trace = "pongcheck-trace 1\nping \"</pre><script>`\"\n"
	shown.Transcript, shown.Op = shown.Trace+"  ! x y: </text><script>alert(1)</script>\n", 1
	r.Findings = []result.Finding{f, shown}
	return r
}

func isHidden(r rune) bool { return r != '\n' && r != '\t' && !unicode.IsPrint(r) }

func render(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b strings.Builder
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHostileHTML(t *testing.T) {
	r := evilRun()
	c := Compare(&Run{Findings: r.Findings[:1]}, r)
	got := render(t, func(w io.Writer) error { return HTML(w, r, c) })
	if i := strings.IndexFunc(got, isHidden); i >= 0 {
		t.Errorf("a hidden character at %q", got[max(0, i-60):i+5])
	}
	for _, ours := range regexp.MustCompile(`<(\w+)`).FindAllStringSubmatch(got, -1) {
		if !strings.Contains(elements, " "+ours[1]+" ") {
			t.Errorf("an element %s", ours[1])
		}
	}
}

// elements are those that the page is made of.
const elements = " html head meta title style body header h1 h2 h3 h4 p ul li code pre dl dt dd nav a main section article span " +
	"figure figcaption div svg text line g path rect polyline circle details summary table caption thead tbody tr th td br strong DOCTYPE "

func TestHostileMarkdown(t *testing.T) {
	got := render(t, func(w io.Writer) error { return Markdown(w, evilRun(), nil) })
	outside := outsideCode(t, got)
	for _, bad := range []string{"<script", "<img", "@", "[x](", "http://", "www.", "#1", "GH-1", "# big", "\n::", "$x", `\x1b`} {
		if i := strings.Index(outside, bad); i >= 0 {
			t.Errorf("%q is outside of code: %.200q", bad, outside[max(0, i-100):])
		}
	}
	if strings.ContainsFunc(got, isHidden) {
		t.Error("a hidden character is in it")
	}
}

// outsideCode is what a summary has outside of fences and of spans of code.
func outsideCode(t *testing.T, summary string) string {
	t.Helper()
	var outside strings.Builder
	fence := ""
	for line := range strings.Lines(summary) {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3 && !strings.Contains(line[len(ticks):], "`"):
			fence = ticks
		case fence != "" && strings.TrimRight(line, "\n") == fence:
			fence = ""
		case fence == "":
			outside.WriteString(withoutSpans(line))
		}
	}
	if fence != "" {
		t.Error("a fence is open at the end")
	}
	return outside.String()
}

// withoutSpans is a line without its spans of code: from a run of backticks to the next
// that is as long.
func withoutSpans(line string) string {
	runs := regexp.MustCompile("`+").FindAllStringIndex(line, -1)
	var out strings.Builder
	end := 0
	for i, from := range runs {
		if from[0] < end {
			continue
		}
		for _, to := range runs[i+1:] {
			if to[1]-to[0] == from[1]-from[0] {
				out.WriteString(line[end:from[0]])
				end = to[1]
				break
			}
		}
	}
	return out.String() + line[end:]
}

func TestSpan(t *testing.T) {
	for text, want := range map[string]string{
		"":                 "",
		"mylib@v1.2.0-rc":  "`mylib@v1.2.0-rc`",
		"www.evil.example": "`www.evil.example`",
		"a`b``c":           "```a`b``c```",
		"`a":               "`` `a ``",
		" a\nb ":           "`a b`",
		`\`:                "`\\`",
	} {
		if got := codeSpan(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	m := new(markdown)
	if m.writeRow(codeSpan("a|b"), "c"); m.String() != "| `a\\|b` | c |\n" {
		t.Errorf("a row: %s", m.String())
	}
}

func TestHostileAnnotations(t *testing.T) {
	r := evilRun()
	for range 20 {
		r.Findings = append(r.Findings, r.Findings[0])
	}
	lines := strings.Split(strings.TrimRight(render(t, func(w io.Writer) error { return Annotations(w, r) }), "\n"), "\n")
	if len(lines) != maxAnnotations {
		t.Errorf("%d lines", len(lines))
	}
	command := regexp.MustCompile(`^::(error|warning|notice) title=[^:,]*::[^\r]*$`)
	for _, l := range lines {
		if !command.MatchString(l) {
			t.Errorf("no command: %s", l)
		}
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, "15 more") {
		t.Errorf("last: %s", last)
	}
}

func TestHostileJUnit(t *testing.T) {
	got := render(t, func(w io.Writer) error { return JUnit(w, evilRun()) })
	d := xml.NewDecoder(strings.NewReader(got))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in:\n%s", err, got)
		}
		if start, is := token.(xml.StartElement); is && !strings.Contains(" testsuites testsuite testcase failure error skipped system-out ", " "+start.Name.Local+" ") {
			t.Errorf("an element %s", start.Name.Local)
		}
	}
}

// A report is bounded, whatever was found, and however long what was read is.
func TestReportsAreBounded(t *testing.T) {
	long := "pongcheck-trace 1\n" + strings.Repeat("ping 61*125\n  > ping 61*125\n", 4_000)
	many, huge := new(Run), new(Run)
	for range maxDrawn + 50 {
		many.Findings = append(many.Findings, result.Finding{Subject: "x", Rule: "crash", Class: "crash", Verdict: model.FAILED, Trace: long, Transcript: long,
			Op: 100, Want: long, Seen: long, Replay: "pongcheck"})
	}
	fill(reflect.ValueOf(huge).Elem(), strings.Repeat("x y ", 1<<18))
	huge.Findings[0].Verdict = model.FAILED
	huge.Findings[0].Known = false
	for _, r := range []*Run{many, huge} {
		for format, c := range map[string]struct {
			write func(io.Writer) error
			most  int
		}{
			"page":        {func(w io.Writer) error { return HTML(w, r, Compare(new(Run), r)) }, 12 << 20},
			"summary":     {func(w io.Writer) error { return Markdown(w, r, Compare(new(Run), r)) }, 1 << 20},
			"JUnit":       {func(w io.Writer) error { return JUnit(w, r) }, 12 << 20},
			"annotations": {func(w io.Writer) error { return Annotations(w, r) }, 20 << 10},
		} {
			most := c.most
			if r == huge {
				most = min(most, 256<<10)
			}
			if n := len(render(t, c.write)); n > most {
				t.Errorf("%s of %d bytes, want %d at most", format, n, most)
			}
		}
	}
}
