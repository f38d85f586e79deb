package report

import (
	"encoding/xml"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// evil is what a subject or its peer may put into a name, a reason or a payload.
const evil = "x\"'`</text></svg></code></pre></summary><script>alert(1)</script><img src=x onerror=alert(1)>\n" +
	"::error::gone\r\n```\n# big | @everyone ![x](http://evil.example/y) $x$ &lt; {{.}}\x1b[2J\x00\u202eabc\u2028"

// fill puts evil into every string of a struct, and one of it into every list and map.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(evil)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(key)
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	}
}

// evilRun is a run that says nothing else.
func evilRun() *Run {
	r := new(Run)
	fill(reflect.ValueOf(r).Elem())
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

func text(t *testing.T, write func(io.Writer) error) string {
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
	got := text(t, func(w io.Writer) error { return HTML(w, r, c) })
	if i := strings.IndexFunc(got, hidden); i >= 0 {
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
	"figure figcaption div svg text line g path rect polyline circle details summary table caption thead tbody tr th td strong DOCTYPE "

func TestHostileMarkdown(t *testing.T) {
	got := text(t, func(w io.Writer) error { return Markdown(w, evilRun(), nil) })
	var outside strings.Builder
	fence := ""
	for line := range strings.Lines(got) {
		ticks := line[:len(line)-len(strings.TrimLeft(line, "`"))]
		switch {
		case fence == "" && len(ticks) >= 3:
			fence = ticks
		case fence != "" && strings.TrimRight(line, "\n") == fence:
			fence = ""
		case fence == "":
			outside.WriteString(line)
		}
	}
	if fence != "" {
		t.Error("a fence is open at the end")
	}
	for _, bad := range []string{"<script", "<img", "@everyone", "[x](", "http://", "\n#  big", "\n::"} {
		if strings.Contains(outside.String(), bad) {
			t.Errorf("%q is in\n%s", bad, outside.String())
		}
	}
	if strings.ContainsFunc(got, hidden) {
		t.Error("a hidden character is in it")
	}
}

func TestHostileAnnotations(t *testing.T) {
	r := evilRun()
	for range 20 {
		r.Findings = append(r.Findings, r.Findings[0])
	}
	lines := strings.Split(strings.TrimRight(text(t, func(w io.Writer) error { return Annotations(w, r) }), "\n"), "\n")
	if len(lines) != maxAnnotations {
		t.Errorf("%d lines", len(lines))
	}
	command := regexp.MustCompile(`^::(error|warning|notice) title=[^:,]*::[^\r]*$`)
	for _, l := range lines {
		if !command.MatchString(l) {
			t.Errorf("no command: %s", l)
		}
	}
	if last := lines[len(lines)-1]; !strings.Contains(last, "13 more findings") {
		t.Errorf("last: %s", last)
	}
}

func TestHostileJUnit(t *testing.T) {
	got := text(t, func(w io.Writer) error { return JUnit(w, evilRun()) })
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

// A report is bounded, whatever was found.
func TestReportsAreBounded(t *testing.T) {
	r := new(Run)
	long := "pongcheck-trace 1\n" + strings.Repeat("ping 61*125\n  > ping 61*125\n", 4_000)
	for range maxDrawn + 50 {
		r.Findings = append(r.Findings, result.Finding{Subject: "x", Rule: "crash", Class: "crash", Verdict: model.FAILED, Trace: long, Transcript: long,
			Op: 100, Want: long, Seen: long, Replay: "pongcheck"})
	}
	if n := len(text(t, func(w io.Writer) error { return HTML(w, r, nil) })); n > 12<<20 {
		t.Errorf("a page of %d bytes", n)
	}
	if n := len(text(t, func(w io.Writer) error { return Markdown(w, r, nil) })); n > 1<<20 {
		t.Errorf("a summary of %d bytes", n)
	}
}
