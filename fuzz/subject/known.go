package subject

import (
	"bufio"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/metamorphic"
	"github.com/pongcheck/pongcheck/props/result"
)

//go:embed known.txt
var known string

// KnownFinding is a finding in a release that somebody has looked at. Only FAILED findings are
// listed.
type KnownFinding struct {
	Subject, Version string
	Class            string // as Finding.Class returns it, or the id of a rule for all its classes
	Flaky            bool   // it need not appear in every run
	Reason           string
	Line             int // its line in the list
}

// Private reports whether the input must stay out of public output, because the library's owner
// does not know of the finding yet.
func (k *KnownFinding) Private() bool { return result.Withheld(k.Reason) }

// Status returns the reason as people read it.
func (k *KnownFinding) Status() string { return result.Status(k.Reason) }

// Known returns the built-in list, known.txt.
func Known() ([]KnownFinding, error) { return ParseKnown("known.txt", known) }

// knownFailures returns the classes of failures that are known of a release.
func knownFailures(name, version string) (classes []string) {
	list, err := Known()
	if err != nil {
		panic(err) // a constant of this package
	}
	for _, k := range list {
		if k.Subject == name && k.Version == version {
			classes = append(classes, k.Class)
		}
	}
	return classes
}

// ParseKnown parses a list with one finding a line. The fields are: subject, exact version, rule,
// cause, "deterministic" or "flaky", and the status, which is the rest of the line. The cause is
// the word behind the rule in a class, such as that of a crash. "-" stands for every class of the
// rule. "property" and its name may stand in place of rule and cause. "#" begins a comment line.
func ParseKnown(name, text string) ([]KnownFinding, error) {
	var list []KnownFinding
	lines := bufio.NewScanner(strings.NewReader(text))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		k, err := parseKnownLine(line)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
		for _, other := range list {
			if other.Subject == k.Subject && other.Version == k.Version && other.Class == k.Class {
				return nil, fmt.Errorf("%s:%d: the same finding as in line %d", name, n, other.Line)
			}
		}
		k.Line = n
		list = append(list, k)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

func parseKnownLine(line string) (KnownFinding, error) {
	w := strings.Fields(line)
	if len(w) < 6 {
		return KnownFinding{}, fmt.Errorf("want: subject version rule class deterministic|flaky reason")
	}
	id, isRule := model.FindRule(w[2])
	_, isProperty := metamorphic.Find(w[3])
	switch {
	case w[2] == result.OfProperties && !isProperty:
		return KnownFinding{}, fmt.Errorf("unknown property %q", w[3])
	case w[2] != result.OfProperties && !isRule:
		return KnownFinding{}, fmt.Errorf("unknown rule %q", w[2])
	}
	if causes := id.Rule().Causes(); isRule && w[2] != "crash" && w[3] != "-" && !slices.Contains(causes, w[3]) {
		return KnownFinding{}, fmt.Errorf("unknown cause %q of %s; there are: %s", w[3], w[2], strings.Join(append(causes, "-"), ", "))
	}
	if w[4] != "deterministic" && w[4] != "flaky" {
		return KnownFinding{}, fmt.Errorf("want deterministic or flaky, got %q", w[4])
	}
	class := w[2]
	if w[3] != "-" {
		class += " " + w[3]
	}
	return KnownFinding{Subject: w[0], Version: w[1], Class: class, Flaky: w[4] == "flaky", Reason: strings.Join(w[5:], " ")}, nil
}
