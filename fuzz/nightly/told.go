package nightly

import (
	"errors"
	"os"
	"path/filepath"

	"github.com/pongcheck/pongcheck/fuzz/report"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// telling has tests of this project's harness leave what they find of a target in a folder:
// the rule and the conversation, for a report. env is for the tests; line is the failure
// that they left, nil if they left none.
func (n *night) telling(t *running) (env string, line func() *result.Finding) {
	folder := filepath.Join(n.Dir, "told", fileName(t.String()))
	n.trouble(errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o777)))
	return result.Env + "=" + folder, func() *result.Finding {
		defer os.RemoveAll(folder)
		left, err := report.Read(folder)
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
}
