package report

import (
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/result"
)

// The picture at the top of the README is what a seeded run finds, drawn as the report
// draws it. scripts/picture.sh rewrites it.
func TestPictureOfTheREADME(t *testing.T) {
	f := incidentFound(t)
	golden(t, "../../../../.github/report.svg", func(w io.Writer) error {
		_, err := io.WriteString(w, picture(t, f))
		return err
	})
}

// incidentFound is the finding of python-websockets issue 1566 in a seeded run on the
// specimen of that release.
func incidentFound(t *testing.T) *shownFinding {
	t.Helper()
	impl, _ := specimen.Find("specimen/asyncio@14.1")
	profile, _ := model.FindProfile(impl.Profile)
	r, err := props.Run(t.Context(), profile, impl, props.Options{Seed: 1, N: 50})
	if err != nil {
		t.Fatal(err)
	}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Class() == "crash InvalidStateError" {
			return &shownFinding{f.Line()}
		}
	}
	t.Fatal("the incident was not found")
	return nil
}

// What the picture is made of: its width, where the drawing begins, and how many
// characters a line of text has.
const (
	pictureWidth = 460
	pictureLeft  = 20
	pictureTop   = 92
	pictureText  = 62
)

// picture draws a finding as an image that stands alone, in light and in dark.
func picture(t *testing.T, f *shownFinding) string {
	t.Helper()
	c := f.Conversations()[0]
	drawing := strings.Replace(string(c.Drawing), "<svg class=", fmt.Sprintf(`<svg x="%d" y="%d" width="420" class=`, pictureLeft, pictureTop), 1)
	var height int
	if _, err := fmt.Sscanf(drawing[strings.Index(drawing, "viewBox"):], `viewBox="0 0 420 %d"`, &height); err != nil {
		t.Fatal(err)
	}
	drawing = strings.Replace(drawing, `width="420" class=`, fmt.Sprintf(`width="420" height="%d" class=`, height), 1)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" font-family="monospace" font-size="11">`+"\n",
		pictureWidth, pictureTop+height+12, pictureWidth*3/2)
	fmt.Fprintf(&b, "<title>%s</title>\n<style>\n%s</style>\n", html.EscapeString(headline(&f.Finding, func(s string) string { return s })), pictureStyle(t))
	fmt.Fprintf(&b, `<rect class="paper" x=".5" y=".5" width="%d" height="%d" rx="6"/>`+"\n", pictureWidth-1, pictureTop+height+11)
	fmt.Fprintf(&b, `<rect class="badge" x="%d" y="14" width="54" height="18" rx="3"/><text class="verdict" x="%d" y="27" text-anchor="middle">%s</text>`,
		pictureLeft, pictureLeft+27, f.Verdict)
	fmt.Fprintf(&b, `<text class="title" x="%d" y="27">%s in %s</text>`+"\n", pictureLeft+64, html.EscapeString(f.Class), html.EscapeString(nameAt(f.Subject, f.Version)))
	y := 50
	for _, line := range []string{f.Sentences().Rule, "Found: " + f.Sentence + "."} {
		for _, part := range wrapped(line, pictureText) {
			fmt.Fprintf(&b, `<text class="prose" x="%d" y="%d">%s</text>`+"\n", pictureLeft, y, html.EscapeString(part))
			y += 15
		}
	}
	b.WriteString(drawing + "\n</svg>\n")
	return b.String()
}

// wrapped breaks text at blanks.
func wrapped(text string, width int) (lines []string) {
	for len(text) > width {
		at := strings.LastIndexByte(text[:width+1], ' ')
		lines, text = append(lines, text[:at]), text[at+1:]
	}
	return append(lines, text)
}

// Rules of the page's style that the drawing needs, and the colours by their names.
var (
	drawingRule = regexp.MustCompile(`(?m)^(svg text|svg \.|\.sequence \.).*\n`)
	colorBlock  = regexp.MustCompile(`:root \{[^}]*\}`)
	colorName   = regexp.MustCompile(`(--[a-z0-9]+): (#[0-9a-f]+);`)
)

// pictureStyle is the style of the page as far as the picture needs it, with its colours
// written out: not every viewer of images knows variables.
func pictureStyle(t *testing.T) string {
	t.Helper()
	page, err := pageFiles.ReadFile("page/page.css")
	if err != nil {
		t.Fatal(err)
	}
	rules := strings.Join(drawingRule.FindAllString(string(page), -1), "") +
		".paper { fill: var(--page); stroke: var(--line); }\n.badge { fill: var(--bad); }\n" +
		"svg .verdict { fill: var(--badge); font-weight: 700; }\nsvg .title { font-weight: 700; }\nsvg .prose { fill: var(--soft); }\n"
	blocks := colorBlock.FindAllString(string(page), 2)
	if len(blocks) != 2 {
		t.Fatal("want the colours of light and of dark")
	}
	var styles []string
	for _, block := range blocks {
		style := rules
		for _, c := range colorName.FindAllStringSubmatch(block, -1) {
			style = strings.ReplaceAll(style, "var("+c[1]+")", c[2])
		}
		styles = append(styles, style)
	}
	return styles[0] + "@media (prefers-color-scheme: dark) {\n" + styles[1] + "}\n"
}

// The picture loads nothing and needs no names of colours.
func TestPictureStandsAlone(t *testing.T) {
	text := picture(t, &shownFinding{result.Finding{Subject: "lib", Version: "1", Class: "hang", Rule: "hang", Verdict: model.FAILED,
		Sentence: "it hangs", Transcript: withTimes}})
	for _, bad := range []string{"var(", "href", "url(", "@import", "<script"} {
		if strings.Contains(text, bad) {
			t.Errorf("it has %q:\n%s", bad, text)
		}
	}
}
