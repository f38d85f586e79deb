package main

import (
	"cmp"
	"fmt"
	"io/fs"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// topic is a page of help that is not about a verb. Its text comes from the package
// that it is about.
type topic struct {
	name, short string
	render      func() string
}

var topics = []topic{
	{"rules", "what is right, a sentence each", func() string { return listRules(model.Rules()) }},
	{"trace", "the text form of traces and transcripts", func() string { return docSection("The text form") }},
	{"profiles", "what the RFC leaves open, and who documents which choice", profilesPage},
	{"logs", "the logs that judge reads, and how to record one", func() string { return logsPage }},
	{"words", "the words that this command uses", func() string { return docSection("Words") }},
}

// docSection returns a section of the package comment of model as plain text.
func docSection(title string) string {
	text, err := fs.ReadFile(model.Guide(), "doc.go")
	if err != nil {
		panic(err) // it is embedded
	}
	_, section, _ := strings.Cut(string(text), "\n// # "+title+"\n")
	section, _, _ = strings.Cut(section, "\n// # ")
	section, _, _ = strings.Cut(section, "\npackage ")
	var b strings.Builder
	for line := range strings.Lines(section) {
		line = strings.TrimPrefix(strings.TrimPrefix(strings.TrimRight(line, "\n"), "//"), " ")
		b.WriteString(strings.Replace(line, "\t", " ", 1) + "\n")
	}
	return title + "\n\n" + wrapParagraphs(b.String())
}

// rulesOfFamily returns the rules whose ids begin with a family's name: pong, recv.
func rulesOfFamily(family string) (rules []model.Rule) {
	for _, r := range model.Rules() {
		if strings.HasPrefix(r.ID, family+".") {
			rules = append(rules, r)
		}
	}
	return rules
}

// listRules returns the sentences of rules, their families apart.
func listRules(rules []model.Rule) string {
	var b strings.Builder
	b.WriteString("Rules (pongcheck help RULE shows transcripts that break one):\n")
	var rows [][2]string
	family := ""
	for _, r := range rules {
		if name, _, _ := strings.Cut(r.ID, "."); name != family {
			printFamily(&b, rows)
			rows, family = nil, name
		}
		rows = append(rows, [2]string{fmt.Sprintf("%-18s", r.ID), fmt.Sprintf("%s (%s)", r.Sentence, r.Cite())})
	}
	printFamily(&b, rows)
	return b.String()
}

func printFamily(b *strings.Builder, rows [][2]string) {
	if rows != nil {
		b.WriteByte('\n')
		printTerms(b, rows)
	}
}

// rulePage explains a rule: its sentence, what is needed to judge by it, and a
// transcript that breaks it and a legal one from the tests of model.
func rulePage(r *model.Rule) (string, error) {
	text, err := fs.ReadFile(model.Guide(), "testdata/rules/"+r.ID+".txt")
	if err != nil {
		return "", fmt.Errorf("explain the rule %s: %w", r.ID, err)
	}
	parts := strings.Split(string(text), "\n-- ")
	var b strings.Builder
	fmt.Fprintf(&b, "%s (%s)\n\n", r.ID, r.Cite())
	printParagraph(&b, r.Sentence)
	printParagraph(&b, strings.ReplaceAll(parts[0], "# ", ""))
	printParagraph(&b, "Judged where the subject shows "+strings.Join(sightsOf(r.Needs), ", ")+".")
	if r.Hazard != "" {
		printParagraph(&b, "Hazard: "+r.Hazard+".")
	}
	if causes := r.Causes(); len(causes) > 0 {
		printParagraph(&b, "Classes: "+r.ID+" alone, or with a word for the way it was broken: "+strings.Join(causes, ", ")+".")
	}
	printCase(&b, "Breaks it", parts[1:], "breaks")
	printCase(&b, "Legal", parts[1:], "legal")
	fmt.Fprintf(&b, "More: model/testdata/rules/%s.txt\nThe form is explained by: pongcheck help trace\n", r.ID)
	return b.String(), nil
}

func printParagraph(b *strings.Builder, text string) {
	b.WriteString(strings.Join(wrapText(text, helpWidth), "\n") + "\n\n")
}

// printCase prints the narrowest of the first few golden cases of a kind.
func printCase(b *strings.Builder, title string, cases []string, kind string) {
	best := ""
	for _, c := range cases {
		if strings.HasPrefix(c, kind) && (best == "" || widestLine(best) > helpWidth-2 && widestLine(c) < widestLine(best)) {
			best = c
		}
	}
	if best == "" {
		return
	}
	heading, rest, _ := strings.Cut(best, " --\n")
	transcript, found, _ := strings.Cut(rest, "=>\n")
	what := strings.TrimPrefix(strings.TrimPrefix(heading, kind), ": ")
	fmt.Fprintf(b, "%s:\n\n%s", strings.TrimSuffix(title+", "+what, ", "), indent(transcript))
	b.WriteString("\n")
	for line := range strings.Lines(strings.TrimSpace(found)) {
		text := "Verdict: " + goldenVerdict.ReplaceAllString(line, "$1, op $2, $3: ")
		b.WriteString("  " + strings.Join(wrapText(text, helpWidth-2), "\n  ") + "\n")
	}
	b.WriteString("\n")
}

// goldenVerdict is the beginning of a verdict of a golden case: class, op, certainty.
var goldenVerdict = regexp.MustCompile(`^(.*) (\d+) (proved|inferred): `)

// widestLine returns the length of the longest line of a golden case's transcript.
func widestLine(c string) (most int) {
	_, text, _ := strings.Cut(c, "\n")
	text, _, _ = strings.Cut(text, "=>\n")
	for line := range strings.Lines(text) {
		most = max(most, len(line))
	}
	return most
}

// sights says what each thing is that a rule may need to see.
var sights = []struct {
	need model.Sees
	what string
}{
	{model.SeesFrames, "its frames"},
	{model.SeesWaiters, "how waiters end"},
	{model.SeesErrors, "errors of calls"},
	{model.SeesLatency, "the latency of a ping"},
	{model.SeesConnLat, "the latency of the connection"},
	{model.SeesMessages, "the messages that reach the application"},
	{model.SeesClosed, "that it takes the connection for closed"},
	{model.SeesCrash, "exceptions that escape"},
	{model.SeesTold, "what the application is told of the end"},
}

func sightsOf(needs model.Sees) (all []string) {
	for _, s := range sights {
		if needs&s.need != 0 {
			all = append(all, s.what)
		}
	}
	if all == nil {
		return []string{"anything"}
	}
	return all
}

// choices says what the fields of a profile fix.
var choices = map[string]string{
	"Policy":    "which waiters a Pong acknowledges",
	"Equals":    "whether a ping with a payload that is pending is refused or sent",
	"Sends":     "ping(data) sends exactly data",
	"Leaves":    "waiters stay pending for ever when the connection closes",
	"Timed":     "a latency is the round trip of the Ping with the Pong's payload",
	"Keeps":     "the keepalive sends a Ping every interval and gives up after its timeout",
	"Signs":     "what shows a keepalive that the peer lives",
	"Postpones": "a sign of life puts the next keepalive ping off by an interval",
	"Idles":     "a time-out of the keepalive counts from the last sign of life, not from a ping",
	"Polls":     "time-outs of the keepalive are looked at once an interval or time-out only",
	"Grain":     "deadlines of the keepalive are rounded by this much",
	"Silent":    "automatic answers are off: Pongs are not judged",
}

// profilesPage lists the profiles, with what each fixes and where that is documented.
func profilesPage() string {
	var b strings.Builder
	b.WriteString("Profiles\n\n")
	printParagraph(&b, "A profile holds the choices that RFC 6455 leaves open, as one subject documents them. "+
		"What a profile does not fix is not judged. -profile NAME of check, replay and judge chooses one. "+
		"For another library write its settings behind a name of your own: -profile \"mine keeps signs=byte grain=1ms\". "+
		"The grammar is in model/doc.go.")
	for _, p := range model.Profiles() {
		b.WriteString(p.Name + "\n")
		sources := p.Sources()
		if len(sources) == 0 {
			b.WriteString("  fixes nothing\n")
		}
		for _, s := range sources {
			for i, line := range wrapText(fmt.Sprintf("%s: %s", s.Field, fixedBy(&p, s.Field)), helpWidth-2) {
				b.WriteString(cmp.Or(strings.Repeat("    ", min(i, 1)), "  ") + line + "\n")
			}
			for _, line := range wrapText(s.Says+" ("+s.Place+")", helpWidth-6) {
				b.WriteString("      " + line + "\n")
			}
		}
		b.WriteString("\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// fixedBy says what a field of a profile fixes, with its value where it has more than
// one.
func fixedBy(p *model.Profile, field string) string {
	text := choices[field]
	switch value := reflect.ValueOf(*p).FieldByName(field).Interface().(type) {
	case model.Policy:
		text += ": " + value.String()
	case model.Signs:
		text += ": " + map[model.Signs]string{model.PongSigns: "any Pong", model.ByteSigns: "any bytes"}[value]
	case time.Duration:
		text += ": " + value.String()
	case model.Equals:
		text += ": " + map[model.Equals]string{model.EqualsRefused: "refused", model.EqualsSent: "sent"}[value]
	}
	return text
}
