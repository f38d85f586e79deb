package nightly

import (
	"regexp"
	"strings"

	"github.com/pongcheck/pongcheck/props/result"
)

// failure is how one run of an input failed.
type failure struct {
	signature string // failures of a target with the same signature count as one bug
	hung      bool
	memory    bool            // the process ran out of memory
	shrunk    bool            // the test shrinks its failures itself
	text      string          // the output of the run
	line      *result.Finding // the finding that the harness of this project left
}

var (
	attribute  = regexp.MustCompile(`(?m)^=== ATTR  \S+ pongcheck\.signature (.+)$`)
	panicked   = regexp.MustCompile(`(?m)^\s*(?:--- FAIL: .*\n\s*)?(panic|fatal error): (.+)$`)
	timedOut   = regexp.MustCompile(`(?m)^panic: test timed out after`)
	noMemory   = regexp.MustCompile(`(?m)^(?:fatal error: )?runtime: (?:cannot allocate memory|out of memory)|^fatal error: out of memory`)
	raced      = regexp.MustCompile(`(?m)^\s*WARNING: DATA RACE$`)
	frame      = regexp.MustCompile(`(?m)^\s*([\w./~%-]+(?:\.\(\*?[\w\[\].]+\))?\.[\w.\[\]]+)\(.*\)\n\s+(/?\S+\.go):\d+`)
	logged     = regexp.MustCompile(`(?m)(?:^\s+|\S {4})([\w.-]+\.go:\d+): (.*)$`) // behind a line that a target did not end, too
	controls   = regexp.MustCompile(`\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)|[\x00-\x08\x0b-\x1f\x7f-\x{9f}\p{Cf}]`)
	word       = regexp.MustCompile(`^[A-Za-z]{2,}$`)
	hexDigits  = regexp.MustCompile(`^[a-fA-F]+$`)
	harnessing = regexp.MustCompile(`^(?:runtime|testing|reflect|sync|os|internal)[./]`) // a module's own packages have its path before that
)

// newFailure makes a failure of the output of a run. The signature is, in this order: the one
// that the harness of this module prints; the functions that race; the kind of a panic and the
// first function that is not Go's own; the line of the test that reported the failure, and how
// its text begins. It leaves out what depends on the input, such as numbers and quoted text, and
// control sequences, such as colours. The text keeps all.
func newFailure(out string, hung bool) *failure {
	text := out
	out = controls.ReplaceAllString(out, "")
	f := &failure{text: text, hung: hung || timedOut.MatchString(out), memory: noMemory.MatchString(out)}
	switch {
	case f.memory:
		f.signature = "out of memory"
	case f.hung:
		f.signature = "hang"
	case attribute.MatchString(out):
		f.signature, f.shrunk = attribute.FindStringSubmatch(out)[1], true
	case raced.MatchString(out):
		f.signature = "data race" + stackFunctions(out[raced.FindStringIndex(out)[0]:], 2)
	case panicked.MatchString(out):
		at := panicked.FindStringSubmatchIndex(out)
		f.signature = out[at[2]:at[3]] + ": " + stableWords(out[at[4]:at[5]]) + stackFunctions(out[at[0]:], 1)
	case logged.MatchString(out):
		all := logged.FindAllStringSubmatch(out, -1)
		m := all[len(all)-1] // what was logged before does not belong to the failure
		f.signature = strings.TrimSpace(m[1] + " " + stableWords(m[2]))
	default:
		f.signature = "failed without a word"
	}
	return f
}

// stableWords returns the first words of a text that do not look like a part of an input: at
// most four, which consist of letters that are not all hex digits.
func stableWords(text string) string {
	var words []string
	for w := range strings.FieldsSeq(text) {
		bare := strings.TrimRight(w, ":;,.!-=")
		if !word.MatchString(bare) || hexDigits.MatchString(bare) || len(words) == 4 {
			break
		}
		words = append(words, bare)
		if bare != w && strings.HasSuffix(w, "=") {
			break // a value follows
		}
	}
	return strings.Join(words, " ")
}

// stackFunctions returns the first n functions of a stack that are not Go's own.
func stackFunctions(stack string, n int) string {
	var names []string
	for _, m := range frame.FindAllStringSubmatch(stack, 50) {
		if harnessing.MatchString(m[1]) || m[1] == "panic" {
			continue
		}
		name := m[1][strings.LastIndexByte(m[1], '/')+1:]
		if len(names) == 0 || names[len(names)-1] != name {
			names = append(names, name)
		}
		if len(names) == n {
			break
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " in " + strings.Join(names, ", ")
}
