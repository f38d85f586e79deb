package nightly

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/report"
)

// capture is a folder in which tests of this project's harness leave what they find of a
// target, when it runs again: the rule and the conversation, for a report.
type capture string

func (n *night) openCapture(t *builtTarget) capture {
	folder := filepath.Join(n.Dir, "told", safeFileName(t.String()))
	n.addTrouble(errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o777)))
	return capture(folder)
}

func (t capture) remove() { os.RemoveAll(string(t)) }

// variable is for the tests.
func (t capture) variable() string { return result.Env + "=" + string(t) }

// failureLine is the failure that the last run left, nil if it left none.
func (t capture) failureLine() *result.Finding {
	left, err := report.Read(string(t))
	if err != nil {
		return nil // it tells less
	}
	for i := range left.Findings {
		if l := &left.Findings[i]; l.Verdict == model.FAILED {
			return l
		}
	}
	return nil
}
