package main

import (
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
)

var helpVerb verb

func init() { // it lists itself
	helpVerb = verb{
		name:  "help",
		args:  "[verb]",
		short: "print this, or what a verb does",
		new: func(*flag.FlagSet) action {
			return func(s *session, names []string) error {
				switch len(names) {
				case 0:
					return s.printHelp(nil)
				case 1, 2:
					v, err := findVerb(strings.Join(names, " "))
					if err != nil {
						return err
					}
					return s.printHelp(&v)
				}
				return usageError{"", "help takes one verb"}
			}
		},
	}
}

// printHelp prints what a verb does, or all of them.
func (s *session) printHelp(v *verb) error {
	s.status.ran = true
	if v == nil || v.name == "help" {
		t := tabwriter.NewWriter(s.out, 0, 0, 3, ' ', 0)
		fmt.Fprint(t, helpTop)
		for _, v := range verbs() {
			fmt.Fprintf(t, "  pongcheck %s\t%s\n", strings.TrimSpace(v.name+" "+v.args), v.short)
		}
		t.Flush()
		s.out.printf("%s", helpRest)
		return nil
	}
	s.out.printf("usage: pongcheck %s\n\n%s", strings.TrimSpace(v.name+" "+v.args), v.long)
	f := flag.NewFlagSet("", flag.ContinueOnError)
	v.new(f)
	titled := false
	f.VisitAll(func(fl *flag.Flag) {
		if !titled {
			s.out.printf("\nFlags, before or after the names:\n")
			titled = true
		}
		name, usage := flag.UnquoteUsage(fl)
		if name != "" {
			name = " " + name
		}
		if fl.DefValue != "" && fl.DefValue != "false" && fl.DefValue != "0s" && !strings.Contains(usage, "(default") {
			usage += " (default " + fl.DefValue + ")"
		}
		s.out.printf("  -%s%s\n    \t%s\n", fl.Name, name, usage)
	})
	s.out.printf("%s", examples[v.name])
	return nil
}

const helpTop = `Pongcheck checks how WebSocket implementations remember their pings and answer
those of others, against a reference model of RFC 6455.

`

const helpRest = `
Start with:

  pongcheck check                      everything that can run here, in minutes
  pongcheck check coder                one library
  pongcheck judge server.log           who is to blame for a connection that died
  pongcheck corpus                     keep and share the inputs of fuzz targets
  pongcheck help check                 more about a verb

Verdicts, from good to bad: OK; INFORMATIONAL: worth knowing, nothing is proved;
NON-STRICT: legal, with a hazard; FAILED: a rule is broken.

Exit codes, whatever the output format:

  0  nothing FAILED, or only what is known
  1  something FAILED
  2  usage, set-up or I/O trouble, or an interrupt, and nothing FAILED before;
     or the output could not be written
  3  nothing was run

Environment:

  PONGCHECK_CACHE     where subjects are installed (default: pongcheck in the
                      user's cache folder)
  PONGCHECK_RESULTS   where findings are stored unless -o says otherwise
                      (default: results in the cache folder); go test leaves
                      what it finds there too, if it is set: to an
                      absolute path, as it runs in the package's folder
  PONGCHECK_REQUIRE   subjects or languages, separated by commas, or "all": what
                      is missing of them is trouble (exit 2), not just left out
  NO_COLOR            no colours, whatever the terminal
`

var examples = map[string]string{
	"check": `
Examples:

  pongcheck check websockets/asyncio@14.1        an old release, installed first
  pongcheck check coder -n 100000 -seed 7        more traces, other ones
  pongcheck check coder -profile websockets      as if coder had promised that
  pongcheck check -corpus none -budget 1m coder  a minute of random traces
  pongcheck check -json | jq .                   for programs
  pongcheck check -known strict -embargo         for CI with public logs
`,
	"replay": `
Examples:

  pongcheck replay incident.txt -subject websockets/asyncio@14.1
  pongcheck replay corpus/seeds/*.txt -subject coder -profile rfc
`,
	"judge": `
Examples:

  pongcheck judge server.log
  pongcheck judge -profile websockets session.transcript
  journalctl -u gateway -o cat | pongcheck judge -
`,
	"peers": `
Examples:

  pongcheck peers                                payloads, peers and trackers
  pongcheck peers -strategy counter-decimal      a hostile peer can guess those
  pongcheck peers -json | jq 'select(.strategy == "random4")'
`,
	"corpus": `
Examples:

  pongcheck corpus import corpus -cache .           what go test -fuzz found here
  pongcheck corpus sync corpus oci://ghcr.io/me/project-corpus
  pongcheck corpus ls s3://fuzzing/project
  pongcheck corpus min corpus -target example.com/m/pkg.FuzzX
  pongcheck corpus export corpus -cache .           go test -fuzz begins with it
`,
	"mutants": `
Examples:

  pongcheck mutants                              all of them
  pongcheck mutants deep tracking/c-string       a family, and one
  pongcheck mutants -trials 15 -seed 100         other seeds, and more of them
`,
	"report": `
Examples:

  pongcheck report -o report.html                what the last checks left
  pongcheck report -before yesterday today -o report.html
  pongcheck report -format markdown -embargo results >> "$GITHUB_STEP_SUMMARY"
  pongcheck report -format annotations -embargo results
`,
	"fuzz": `
Examples:

  pongcheck fuzz ./fuzz -target FuzzTracker                    with Go's engine
  pongcheck fuzz ./fuzz -target FuzzTracker -engine turbo -n 1000000
`,
	"nightly": `
Examples:

  pongcheck nightly                              30 minutes, here
  pongcheck nightly -budget 8h -store ../corpus  with a store that outlives it
  pongcheck nightly -store S -shard 2/4          the second of four machines
`,
	"subjects": `
Examples:

  pongcheck subjects
  pongcheck subjects install websockets/asyncio@14.1
  pongcheck subjects install                     all of them
`,
}
