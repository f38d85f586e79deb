package fuzz

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/result"
)

// reportFinding fails test with f. It writes the trace into the artifacts of the test. If an
// engine found it, it also writes the input into testdata/fuzz of the target.
func reportFinding(test *testing.T, target string, f *props.Finding) {
	test.Helper()
	test.Attr("pongcheck.signature", model.Plain(Signature(f)))
	report := f.String()
	name := signatureFileName(Signature(f))
	if err := corpus.WriteFile(filepath.Join(test.ArtifactDir(), name+".txt"), corpusEntry(f).Text()); err != nil {
		report += fmt.Sprintf("\nthe trace could not be written: %v", err)
	}
	input := test.Name()
	if inWorker() {
		report += "\n" + keepInput(target, name, text.Encode(f.Shrunk))
		input = target + "/" + name
	}
	if err := leaveResult(target, input, f); err != nil {
		report += "\n" + err.Error()
	}
	test.Error(model.Plain(report))
}

// leaveResult writes a finding for `pongcheck report`, if PONGCHECK_RESULTS asks for it. input is
// the name under which go test runs the input.
func leaveResult(target, input string, f *props.Finding) error {
	line := f.Line()
	line.Test = result.Test(target)
	line.Replay = result.GoTest(input)
	return result.LeavePart(target, Signature(f), line)
}

// keepInput writes a shrunk input into testdata/fuzz, and says how to run it.
func keepInput(target, name string, in []byte) string {
	file := filepath.Join("testdata", "fuzz", target, name)
	if err := corpus.WriteFile(file, string(format.GoFile(in))); err != nil {
		return fmt.Sprintf("the shrunk input could not be kept: %v", err)
	}
	return fmt.Sprintf("The shrunk input is kept in %s. To run it again:\ngo test -run '^%s$/^%s$'", file, target, name)
}

// corpusEntry returns the shrunk trace of a finding as a file of the corpus, with its story.
func corpusEntry(f *props.Finding) *corpus.Entry {
	return &corpus.Entry{
		Story:  fmt.Sprintf("%s %s: %s.", f.Verdict, f.Class(), f.Sentence()),
		Source: strings.TrimSpace(f.Implementation.Name+" "+f.Implementation.Version) + ", " + f.Origin(),
		Trace:  f.Shrunk,
	}
}

// signatureFileName turns a signature into the name of a file.
func signatureFileName(signature string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' {
			return r
		}
		return '_'
	}, signature)
}

// Signature names a failure by its rule, the class of a crash, and the kind of the op that showed
// it. Failures with the same signature count as one bug.
func Signature(f *props.Finding) string { return signatureOf(f.Breach, f.Shrunk) }

func signatureOf(f *model.Finding, t *model.Trace) string {
	op := "end"
	if f.Op >= 1 && f.Op <= len(t.Ops) {
		op = t.Ops[f.Op-1].Kind.String()
	}
	return f.Class() + " at " + op
}
