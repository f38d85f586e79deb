package wslog

import (
	"regexp"
	"strings"
)

// carriers match what a tool puts before each line that it carries, whatever the program
// wrote. A line may have several, one inside the other.
var carriers = []*regexp.Regexp{
	regexp.MustCompile(`^\[pod/[^\]]+\] ?`),      // kubectl logs --prefix
	regexp.MustCompile(`^[A-Za-z][\w.-]* *\| ?`), // docker compose
	regexp.MustCompile(`^(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \S+ [^\s:\[]+(?:\[\d+\])?: ?`), // syslog (RFC 3164), journald
	regexp.MustCompile(`^<\d{1,3}>1 \S+ \S+ \S+ \S+ \S+ (?:-|\[[^\]]*\]) ?`),                                         // syslog (RFC 5424)
	regexp.MustCompile(`^\d{4}-\d\d-\d\dT\S+ (?:[\w.-]+ )?[\w.-]+\[[\w.-]+\]: ?`),                                    // Heroku, journald -o short-iso
	regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d) (?:stdout|stderr) [FP] `),      // files of Kubernetes (CRI)
	regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d) `),                             // GitHub Actions, docker logs -t
}

// partial matches the carrier of a line that goes on in the next one.
var partial = regexp.MustCompile(`(?:stdout|stderr) P $`)

// levels are words that name a level; they tell no sources apart.
var levels = map[string]bool{"TRACE": true, "DEBUG": true, "INFO": true, "WARNING": true, "WARN": true, "ERROR": true, "CRITICAL": true, "NOTSET": true}

// splitCarrier splits what tools put before a line from the rest, and returns the source
// that the tools name: a pod, a container, a process. Times are no part of a source.
func splitCarrier(s string) (carrier, source, rest string) {
	rest = s
	for range 3 {
		n := carrierLength(rest)
		if n == 0 {
			break
		}
		rest = rest[n:]
	}
	carrier = s[:len(s)-len(rest)]
	if carrier == "" {
		return "", "", s
	}
	var names []string
	for _, token := range tokensOf(carrier) {
		if !token.time {
			names = append(names, token.text)
		}
	}
	return carrier, strings.Join(names, " "), rest
}

func carrierLength(s string) int {
	if s == "" || !strings.ContainsAny(s[:min(len(s), 80)], "|/:") {
		return 0
	}
	for _, form := range carriers {
		n := len(form.FindString(s))
		if n > 0 && !levels[strings.TrimRight(s[:n], " |")] {
			return n
		}
	}
	return 0
}
