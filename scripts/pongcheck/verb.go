package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// verb is one thing that the command does.
type verb struct {
	name     string          // "check", "corpus ls"
	args     string          // its arguments, as its usage line prints them: see checkArguments
	short    string          // what it does, in a line
	long     string          // what it does, on its page of help
	examples string          // lines to copy, indented by two blanks
	objects  func() []string // names that the shell completes; nil: names of files
	new      func(*flag.FlagSet) action
}

// action does a verb's work after its flags were parsed. An error ends it.
type action func(s *session, names []string) error

// verbs returns the verbs in the order of the help, without those of corpus.
func verbs() []verb {
	return []verb{checkVerb, replayVerb, judgeVerb, mutantsVerb, reportVerb, subjectsVerb, peersVerb, corpusVerb,
		fuzzVerb, nightlyVerb, helpVerb, completionVerb, versionVerb}
}

// allVerbs returns the verbs, those of corpus included.
func allVerbs() []verb { return append(verbs(), corpusVerbs()...) }

// splitVerb splits the arguments of the command into the name of the verb, which has
// two words under corpus, and the rest.
func splitVerb(args []string) (name string, rest []string) {
	if len(args) == 0 {
		return helpName, nil
	}
	switch args[0] {
	case "-h", "-help", "--help":
		return helpName, args[1:]
	case "-version", "--version":
		return versionVerb.name, args[1:]
	}
	if len(args) > 1 && args[0] == corpusName && !strings.HasPrefix(args[1], "-") {
		return corpusName + " " + args[1], args[2:]
	}
	return args[0], args[1:]
}

// findVerb returns the verb of a name. Its error guesses which one was meant.
func findVerb(name string) (verb, error) {
	all := allVerbs()
	if name == completeName {
		return completeVerb, nil
	}
	if i := slices.IndexFunc(all, func(v verb) bool { return v.name == name }); i >= 0 {
		return all[i], nil
	}
	page := ""
	if strings.HasPrefix(name, corpusName+" ") {
		page = corpusName
	}
	return verb{}, usageError{page, fmt.Sprintf("unknown verb %q%s", name, didYouMean(name, verbNames()))}
}

func verbNames() []string { return namesOf(allVerbs()) }

func namesOf(verbs []verb) (names []string) {
	for _, v := range verbs {
		names = append(names, v.name)
	}
	return names
}

// newFlagSet returns an empty set of flags that prints nothing by itself.
func (v *verb) newFlagSet() *flag.FlagSet {
	f := flag.NewFlagSet("pongcheck "+v.name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	return f
}

// usageLine returns the command with its arguments: "pongcheck replay FILE... -subject S".
func (v *verb) usageLine() string { return strings.TrimSpace("pongcheck " + v.name + " " + v.args) }

// checkArguments holds names and flags against the verb's usage line: words in
// capitals are required, the last one repeats if it ends in "...", a flag that is not
// in brackets must be set, and the verb itself checks what is in brackets.
func (v *verb) checkArguments(f *flag.FlagSet, names []string) error {
	required, open := 0, false
	for _, word := range strings.Fields(v.args) {
		if strings.HasPrefix(word, "[") {
			open = true
			break
		}
		if flagName, is := strings.CutPrefix(word, "-"); is {
			if f.Lookup(flagName).Value.String() == "" {
				return v.missingArgument(word)
			}
			break
		}
		if required == len(names) {
			return v.missingArgument(strings.TrimSuffix(word, "..."))
		}
		required, open = required+1, strings.HasSuffix(word, "...")
	}
	if !open && len(names) > required {
		return fmt.Errorf("%s: unexpected argument %q\nusage: %s", v.name, names[required], v.usageLine())
	}
	return nil
}

func (v *verb) missingArgument(argument string) error {
	return fmt.Errorf("%s: %s is missing\nusage: %s", v.name, argument, v.usageLine())
}
