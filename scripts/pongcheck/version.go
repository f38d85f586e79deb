package main

import (
	"flag"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

var versionVerb = verb{
	name:  "version",
	short: "print the version, and those of the libraries that are built in",
	new:   func(*flag.FlagSet) action { return printVersion },
}

func printVersion(s *session, names []string) error {
	if len(names) > 0 {
		return usageError{"version", "version takes no names"}
	}
	version, _ := buildVersion()
	s.out.printf("pongcheck %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, e := range subject.All() {
		if e.Language == "go" {
			s.out.printf("%s\n", e.String())
		}
	}
	s.status.ran = true
	return nil
}

// buildVersion returns the version of the command, and the commit that it was built from
// if that is known.
func buildVersion() (version, commit string) {
	version = "(devel)"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, ""
	}
	if info.Main.Version != "" {
		version = info.Main.Version
	}
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision":
			commit = setting.Value
		case setting.Key == "vcs.modified" && setting.Value == "true":
			commit += "+dirty"
		}
	}
	return version, commit
}

// runLine returns the line that says which command wrote the lines after it.
func (s *session) runLine(seed uint64) result.Run {
	version, commit := buildVersion()
	words := []string{"pongcheck"}
	for _, a := range s.args {
		words = append(words, process.QuoteShell(a))
	}
	return result.Run{Head: headOf("run"), Command: strings.Join(words, " "), Version: version, Commit: commit,
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Seed: &seed}
}
