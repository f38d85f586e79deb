package driver

import (
	"regexp"
	"strings"
)

// How the runtimes of languages say why a process ends. The first that matches counts; its group
// is the message.
var lastWordForms = []*regexp.Regexp{
	regexp.MustCompile(`(?m)^(?:panic|fatal error): (.+)$`),                                             // Go
	regexp.MustCompile(`(?m)^thread '.*' panicked at '(.+)', \S+$`),                                     // Rust up to 1.72
	regexp.MustCompile(`(?m)^thread '.*' (?:\(\d+\) )?panicked at \S+:\n(.+)$`),                         // Rust
	regexp.MustCompile(`(?ms)^Exception in thread ".*?^Caused by: ([^\n]+)\n(?:[\t ]+[^\n]*\n?)*\s*\z`), // Java: the root
	regexp.MustCompile(`(?m)^Exception in thread "[^"]*" (.+)$`),                                        // Java
	regexp.MustCompile(`(?m)^(?:Uncaught )?(\w*(?:Error|Exception)\b.*)\n\s+at `),                       // Node
	regexp.MustCompile(`(?m)^terminate called after throwing an instance of .*\n\s*what\(\):\s*(.+)$`),  // C++
	regexp.MustCompile(`(?m)^(?:==\d+==)?ERROR: (\w+Sanitizer: .+)$`),
}

// lastWords returns why a process ended, of what it wrote on stderr: the message of a panic or an
// exception in the words of its language, or else the last line.
func lastWords(stderr string) string {
	stderr = strings.ReplaceAll(stderr, "\r\n", "\n")
	for _, form := range lastWordForms {
		if m := form.FindStringSubmatch(stderr); m != nil {
			return strings.TrimSpace(m[1])
		}
	}
	stderr = strings.TrimSpace(stderr)
	return stderr[strings.LastIndexByte(stderr, '\n')+1:]
}
