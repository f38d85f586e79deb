package main

import (
	"fmt"
	"os"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
)

// known is an entry of the list of known findings.
type known = subject.KnownFinding

// knownList is the list of known findings.
type knownList []known

// loadKnown reads a list from a file, or the one that is built in if file is empty.
func loadKnown(file string) (knownList, error) {
	if file == "" {
		return subject.Known()
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the list of known findings: %w", err)
	}
	return subject.ParseKnown(file, string(b))
}

// entryOf returns the entry for a finding, or nil. One for its very class comes before one
// for all classes of its rule.
func (l knownList) entryOf(f *finding) (best *known) {
	for i := range l {
		if k := &l[i]; f.Verdict == model.FAILED && k.Subject == f.Subject && k.Version == f.Version && model.InClass(f.Class, k.Class) {
			if best == nil || len(k.Class) > len(best.Class) {
				best = k
			}
		}
	}
	return best
}

// missingFrom returns the entries of a release that are deterministic and not among the
// findings of a complete run.
func (l knownList) missingFrom(name, version string, found []*finding) (gone []known) {
	for _, k := range l {
		if k.Subject != name || k.Version != version || k.Flaky {
			continue
		}
		again := false
		for _, f := range found {
			again = again || f.known != nil && f.known.Class == k.Class
		}
		if !again {
			gone = append(gone, k)
		}
	}
	return gone
}
