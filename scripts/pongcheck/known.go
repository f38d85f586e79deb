package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// known is a finding on a real release that someone has looked at. Only what is
// FAILED is listed.
type known struct {
	subject, version string
	class            string // as a finding has it
	flaky            bool   // need not appear in every run
	reason           string
	line             int
}

// private says that the owner of the library is to hear of it first, and has not
// answered: the input stays private.
func (k *known) private() bool { return strings.HasPrefix(k.reason, "private") }

// knownList is a list of them.
type knownList []known

// loadKnown reads the list in a file, or the one that is built in.
func loadKnown(file string) (knownList, error) {
	name, text := "known.txt", subject.Known()
	if file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("read the list of known findings: %w", err)
		}
		name, text = file, string(b)
	}
	return parseKnown(name, text)
}

// parseKnown parses a list: a finding a line, in the fields subject, exact
// version, rule, class of a crash or "-", "deterministic" or "flaky", and the
// reason, which is the rest. In place of a rule and its class there may be
// "property" and its name. "#" starts a comment line.
func parseKnown(name, text string) (knownList, error) {
	var list knownList
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
			if other.subject == k.subject && other.version == k.version && other.class == k.class {
				return nil, fmt.Errorf("%s:%d: the same finding as in line %d", name, n, other.line)
			}
		}
		k.line = n
		list = append(list, k)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return list, nil
}

func parseKnownLine(line string) (known, error) {
	w := strings.Fields(line)
	if len(w) < 6 {
		return known{}, fmt.Errorf("want: subject version rule class deterministic|flaky reason")
	}
	_, isRule := model.FindRule(w[2])
	_, isProperty := props.FindProperty(w[3])
	switch {
	case w[2] == ofProperties && !isProperty:
		return known{}, fmt.Errorf("unknown property %q", w[3])
	case w[2] != ofProperties && !isRule:
		return known{}, fmt.Errorf("unknown rule %q", w[2])
	}
	if w[4] != "deterministic" && w[4] != "flaky" {
		return known{}, fmt.Errorf("want deterministic or flaky, got %q", w[4])
	}
	class := w[2]
	if w[3] != "-" {
		class += " " + w[3]
	}
	return known{subject: w[0], version: w[1], class: class, flaky: w[4] == "flaky", reason: strings.Join(w[5:], " ")}, nil
}

// find is the entry for a finding, or nil.
func (l knownList) find(f *finding) *known {
	for i := range l {
		if k := &l[i]; f.verdict == model.FAILED && k.subject == f.subject && k.version == f.version && k.class == f.class {
			return k
		}
	}
	return nil
}

// gone are the entries of a subject that a full run should have found again and
// has not.
func (l knownList) gone(name, version string, found []*finding) (gone []known) {
	for _, k := range l {
		if k.subject != name || k.version != version || k.flaky {
			continue
		}
		again := false
		for _, f := range found {
			again = again || f.known != nil && f.known.class == k.class
		}
		if !again {
			gone = append(gone, k)
		}
	}
	return gone
}
