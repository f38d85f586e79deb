package main

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model/specimen"
)

var completionVerb = verb{
	name:  "completion",
	args:  "SHELL",
	short: "print the completion script of bash, zsh or fish",
	long: `Completion prints a script that makes a shell complete verbs, flags, subjects,
profiles and rules. SHELL is bash, zsh or fish.
`,
	examples: `  source <(pongcheck completion bash)         in ~/.bashrc
  source <(pongcheck completion zsh)          in ~/.zshrc, after compinit
  pongcheck completion fish | source          in ~/.config/fish/config.fish
`,
	objects: func() []string { return slices.Sorted(maps.Keys(completionScripts)) },
	new: func(*flag.FlagSet) action {
		return func(s *session, names []string) error {
			script, ok := completionScripts[names[0]]
			if !ok {
				return usageError{"completion", fmt.Sprintf("unknown shell %q: want bash, fish or zsh", names[0])}
			}
			return s.printHelp(script)
		}
	},
}

// completionScripts ask the command itself for candidates; without any they complete
// names of files. Bash lets a word begin at "@", so that it wants only the rest.
var completionScripts = map[string]string{
	"bash": `_pongcheck() {
  local IFS=$' \t\n' line=${COMP_LINE:0:COMP_POINT}
  local words=($line) word=${line##* }
  [[ -z $word ]] && words+=("")
  IFS=$'\n'
  COMPREPLY=($(pongcheck ` + completeName + ` -- "${words[@]:1}"))
  [[ $word == *@* && $COMP_WORDBREAKS == *@* ]] && COMPREPLY=("${COMPREPLY[@]#"${word%@*}"}")
}
complete -o default -F _pongcheck pongcheck
`,
	"zsh": `#compdef pongcheck
_pongcheck() {
  local -a found
  found=(${(f)"$(pongcheck ` + completeName + ` -- "${(@)words[2,CURRENT]}")"})
  if (( $#found )); then compadd -a found; else _files; fi
}
compdef _pongcheck pongcheck
`,
	"fish": `function __pongcheck
  set -l words (commandline -opc)
  set -e words[1]
  set -l found (pongcheck ` + completeName + ` -- $words (commandline -ct))
  if test -n "$found"
    printf '%s\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c pongcheck -f -a '(__pongcheck)'
`,
}

const completeName = "__complete"

// completeVerb is what the scripts call. It takes the words of the command up to the
// one that is being typed, and prints what that may become.
var completeVerb verb

func init() { // it looks at all verbs
	completeVerb = verb{name: completeName, args: "[word...]", new: func(*flag.FlagSet) action {
		return func(s *session, words []string) error {
			s.status.ran = true
			if len(words) == 0 {
				return nil
			}
			last := len(words) - 1
			for _, c := range completeWord(words[:last], words[last]) {
				if strings.HasPrefix(c, words[last]) {
					s.out.printf("%s\n", c)
				}
			}
			return nil
		}
	}}
}

// completeWord returns what may follow the words of a command, where a word was begun;
// nothing stands for names of files.
func completeWord(before []string, begun string) []string {
	if len(before) == 0 {
		return namesOf(verbs())
	}
	if len(before) == 1 && before[0] == corpusName && !strings.HasPrefix(begun, "-") {
		var names []string
		for _, name := range namesOf(corpusVerbs()) {
			names = append(names, strings.TrimPrefix(name, corpusName+" "))
		}
		return names
	}
	name, rest := splitVerb(before)
	v, err := findVerb(name)
	if err != nil {
		return nil
	}
	f := v.newFlagSet()
	v.new(f)
	if len(rest) > 0 {
		if values, is := valuesOf(f, rest[len(rest)-1]); is {
			return values
		}
	}
	if strings.HasPrefix(begun, "-") {
		return flagNames(f)
	}
	if v.objects != nil {
		return v.objects()
	}
	return nil
}

// valuesOf returns the values of a flag that takes one; is says whether word is such a
// flag.
func valuesOf(f *flag.FlagSet, word string) (values []string, is bool) {
	name := strings.TrimLeft(word, "-")
	found := f.Lookup(name)
	if found == nil || name == word {
		return nil, false
	}
	switch v := found.Value.(type) {
	case *choice:
		return v.from, true
	case *profileFlag:
		return profileNames(), true
	case interface{ IsBoolFlag() bool }:
		return nil, false
	}
	switch name {
	case "subject":
		return subjectNames(), true
	case "property":
		return propertyNames(), true
	}
	return nil, true
}

// subjectNames returns the names of subjects, with the releases of those that have
// several, and of specimens.
func subjectNames() (names []string) {
	for _, e := range subject.All() {
		if e.Newest {
			names = append(names, e.Name)
		}
		if e.Language != "go" {
			names = append(names, e.String())
		}
	}
	for _, impl := range specimen.All() {
		t := newSpecimen(&impl)
		names = append(names, t.String())
	}
	return names
}

// allMutantNames returns the names of mutants, each family before its mutants.
func allMutantNames() (names []string) {
	for _, m := range specimen.Mutants() {
		if family, _, _ := strings.Cut(m.Name, "/"); !slices.Contains(names, family) {
			names = append(names, family)
		}
		names = append(names, m.Name)
	}
	return names
}
