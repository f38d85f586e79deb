package nightly

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/report"
)

// capture is a folder in which the harness of this project leaves what it finds in a replay:
// the rule and the conversation, for the report. Other targets leave nothing in it.
type capture string

// openCapture makes an empty one for the replays of a target.
func (n *night) openCapture(t *builtTarget) capture {
	folder := filepath.Join(n.Dir, "capture", safeFileName(t.String()))
	n.addTrouble(errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o777)))
	return capture(folder)
}

func (c capture) remove() { os.RemoveAll(string(c)) }

// variable is the setting of the environment that has the harness leave findings here.
func (c capture) variable() string { return result.Env + "=" + string(c) }

// failureLine returns the failure that the last replay left, nil if it left none.
func (c capture) failureLine() *result.Finding {
	left, err := report.Read(string(c))
	if err != nil {
		return nil // the finding is reported without its conversation
	}
	for i := range left.Findings {
		if l := &left.Findings[i]; l.Verdict == model.FAILED {
			return l
		}
	}
	return nil
}
