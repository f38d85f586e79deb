package report

import (
	"bytes"
	"strings"
	"testing"
)

// A grid of a newest release tells what FAILED only if its owner knows of it.
func TestEmbargoOfGrids(t *testing.T) {
	for _, known := range []bool{false, true} {
		r := afterRun(t)
		for i := range r.Findings {
			f := &r.Findings[i]
			f.Known = known
			if f.Subject == "specimen/asyncio" {
				f.Class = "crash *errors.errorString"
			}
		}
		r.Embargo(func(string, string) bool { return true })
		var page, lines bytes.Buffer
		if err := HTML(&page, r, nil); err != nil {
			t.Fatal(err)
		}
		if err := JSON(&lines, r); err != nil {
			t.Fatal(err)
		}
		if told := strings.Contains(page.String(), "crash ✗") && strings.Contains(lines.String(), `"seen":"crash"`); told != known {
			t.Errorf("known %v: told %v", known, told)
		}
		if withheld := strings.Contains(page.String(), "more are withheld"); withheld == known {
			t.Errorf("known %v: it says that frames are withheld: %v", known, withheld)
		}
	}
}
