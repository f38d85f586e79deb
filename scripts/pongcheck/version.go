package main

import (
	"flag"
	"runtime"
	"runtime/debug"

	"github.com/pongcheck/pongcheck/fuzz/subject"
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
	version := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	s.out.printf("pongcheck %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	for _, e := range subject.All() {
		if e.Language == "go" {
			s.out.printf("%s\n", e.String())
		}
	}
	s.status.ran = true
	return nil
}
