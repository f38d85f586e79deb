package main

import (
	"cmp"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/model"
)

const helpName = "help"

var helpVerb verb

func init() { // help lists itself
	helpVerb = verb{
		name:  helpName,
		args:  "[verb | topic | rule]",
		short: "explain a verb, a topic or a rule",
		long: `Help prints the page of a verb, such as "check" or "corpus ls"; of a topic: rules,
trace, profiles, words; or of a rule, such as pong.owed, or a family of rules,
such as pong. Without a name it prints the list of verbs.
`,
		examples: `  pongcheck help nightly
  pongcheck help pong.owed
  pongcheck help -all | less          all pages
`,
		objects: helpNames,
		new: func(f *flag.FlagSet) action {
			all := f.Bool("all", false, "print every page")
			return func(s *session, names []string) error {
				if *all {
					return s.printHelp(allPages())
				}
				page, err := findPage(strings.Join(names, " "))
				if err != nil {
					return err
				}
				return s.printHelp(page)
			}
		},
	}
}

func (s *session) printHelp(page string) error {
	s.status.ran = true
	s.out.printf("%s", page)
	return nil
}

// findPage returns the page of a verb, a topic, a rule or a family of rules; without
// a name, the list of verbs.
func findPage(name string) (string, error) {
	if name == "" {
		return topPage(), nil
	}
	if v, err := findVerb(name); err == nil {
		return v.renderPage(), nil
	}
	if i := slices.IndexFunc(topics, func(t topic) bool { return t.name == name }); i >= 0 {
		return topics[i].render(), nil
	}
	if rule, ok := model.FindRule(name); ok {
		return rulePage(rule.Rule())
	}
	if rules := rulesOfFamily(name); rules != nil {
		return listRules(rules), nil
	}
	return "", usageError{"", fmt.Sprintf("no help on %q%s", name, didYouMean(name, helpNames()))}
}

// helpNames returns what help has a page of.
func helpNames() []string {
	names := verbNames()
	for _, t := range topics {
		names = append(names, t.name)
	}
	for _, r := range model.Rules() {
		names = append(names, r.ID)
	}
	return names
}

// allPages returns every page but those of the rules, which the topic rules lists.
func allPages() string {
	var b strings.Builder
	b.WriteString(topPage())
	line := "\n" + strings.Repeat("-", helpWidth) + "\n\n"
	for _, v := range allVerbs() {
		b.WriteString(line + v.renderPage())
	}
	for _, t := range topics {
		b.WriteString(line + t.render())
	}
	return b.String()
}

// topPage lists the verbs and topics.
func topPage() string {
	var b strings.Builder
	b.WriteString(helpTop)
	var rows [][2]string
	for _, v := range verbs() {
		rows = append(rows, [2]string{v.name, v.short})
	}
	b.WriteString("Verbs (pongcheck VERB -h explains one):\n\n")
	printTerms(&b, rows)
	rows = nil
	for _, t := range topics {
		rows = append(rows, [2]string{t.name, t.short})
	}
	b.WriteString("\nTopics (pongcheck help TOPIC):\n\n")
	printTerms(&b, append(rows, [2]string{"pong.owed", "any rule by its id: its sentence, and transcripts that break it"}))
	b.WriteString(helpRest)
	return b.String()
}

// renderPage returns the verb's page.
func (v *verb) renderPage() string {
	var b strings.Builder
	fmt.Fprintf(&b, "usage: %s\n\n%s", v.usageLine(), wrapParagraphs(cmp.Or(v.long, toSentence(v.short))))
	f := v.newFlagSet()
	v.new(f)
	titled := false
	f.VisitAll(func(fl *flag.Flag) {
		if !titled {
			b.WriteString("\nFlags, before or after the names:\n\n")
			titled = true
		}
		printFlag(&b, fl)
	})
	if v.examples != "" {
		b.WriteString("\nExamples:\n\n" + v.examples)
	}
	return b.String()
}

// toSentence returns a text with a capital at its beginning and a full stop.
func toSentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }

func printFlag(w io.Writer, f *flag.Flag) {
	value, usage := flag.UnquoteUsage(f)
	if !slices.Contains([]string{"", "false", "0s", "0"}, f.DefValue) && !strings.Contains(usage, "(default") {
		usage += " (default " + f.DefValue + ")"
	}
	if c, ok := f.Value.(*choice); ok && len(c.from) < 6 {
		value = strings.Join(c.from, "|")
	}
	fmt.Fprintf(w, "  %s\n", strings.TrimSpace("-"+f.Name+" "+value))
	for _, line := range wrapText(usage, helpWidth-8) {
		fmt.Fprintf(w, "        %s\n", line)
	}
}

// helpWidth is the number of columns that help fits in.
const helpWidth = 80

// printTerms prints names and what they mean in two columns.
func printTerms(w io.Writer, rows [][2]string) {
	column := 0
	for _, row := range rows {
		column = max(column, utf8.RuneCountInString(row[0])+2)
	}
	for _, row := range rows {
		name := row[0]
		for _, line := range wrapText(row[1], helpWidth-2-column) {
			fmt.Fprintf(w, "  %-*s%s\n", column, name, line)
			name = ""
		}
	}
}

// wrapParagraphs wraps the paragraphs of a text. It leaves those alone that have an
// indented line: lists and examples.
func wrapParagraphs(text string) string {
	var paragraphs []string
	for p := range strings.SplitSeq(strings.Trim(text, "\n"), "\n\n") {
		if !strings.HasPrefix(p, " ") && !strings.Contains(p, "\n ") {
			p = strings.Join(wrapText(p, helpWidth), "\n")
		}
		paragraphs = append(paragraphs, p)
	}
	return strings.Join(paragraphs, "\n\n") + "\n"
}

// wrapText breaks a text into lines of at most width columns. A longer word has a line
// of its own.
func wrapText(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}

const helpTop = `Pongcheck checks how WebSocket implementations track the pings they send and
answer the pings they receive, against a reference model of RFC 6455.

Start with:

  pongcheck check coder          find bugs in one library
  pongcheck check                in everything that can run here, in minutes
  pongcheck judge server.log     find out who broke a connection that died
  pongcheck nightly              fuzz all targets of this repository

`

const helpRest = `
Verdicts, from good to bad:

  OK             put to the test, and nothing found
  INFORMATIONAL  worth knowing, nothing is proved
  NON-STRICT     legal, with a hazard
  FAILED         a rule is broken

Exit codes, whatever the output format:

  0  nothing FAILED, or only what is known (that fails a release which you name
     with its version)
  1  something FAILED
  2  usage, set-up or I/O trouble, or an interrupt, and nothing FAILED before;
     or the output could not be written
  3  nothing was run

Environment:

  PONGCHECK_CACHE    folder in which subjects are installed (default: pongcheck
                     in the user's cache folder)
  PONGCHECK_RESULTS  folder for findings (default: results in the cache folder).
                     If it is set, to an absolute path, go test leaves what it
                     finds there, too
  PONGCHECK_REQUIRE  subjects or languages, separated by commas, or "all": it is
                     trouble (exit 2) if one of them is missing
  NO_COLOR           if set, nothing is coloured
`
