package turbo

import (
	"fmt"
	"strings"
)

// Summary is the line that a run prints at its end. The process that started the run reads it
// from the output by [ReadSummaries].
type Summary struct{ Execs, Features, Entries, Before int }

// Summary counts what the result has.
func (r *Result) Summary() Summary {
	return Summary{r.Execs, r.Features, len(r.Entries), r.Before}
}

const summaryLine = "turbo: %d executions, %d features by %d entries, %d before"

// String writes the line, without its end.
func (s Summary) String() string {
	return fmt.Sprintf(summaryLine, s.Execs, s.Features, s.Entries, s.Before)
}

// ReadSummaries returns the summaries in an output: those of all lines that begin with one.
func ReadSummaries(output []byte) (all []Summary) {
	for line := range strings.Lines(string(output)) {
		var s Summary
		if n, err := fmt.Sscanf(line, summaryLine, &s.Execs, &s.Features, &s.Entries, &s.Before); n == 4 && err == nil {
			all = append(all, s)
		}
	}
	return all
}
