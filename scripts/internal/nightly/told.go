package nightly

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/scripts/internal/report"
)

// told is a folder in which tests of this project's harness leave what they find of a
// target, when it runs again: the rule and the conversation, for a report.
type told string

func (n *night) telling(t *running) told {
	folder := filepath.Join(n.Dir, "told", fileName(t.String()))
	n.trouble(errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o777)))
	return told(folder)
}

func (t told) close() { os.RemoveAll(string(t)) }

// env is for the tests.
func (t told) env() string { return result.Env + "=" + string(t) }

// line is the failure that the last run left, nil if it left none.
func (t told) line() *result.Finding {
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
