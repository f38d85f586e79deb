package subject

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// Every known finding is of a subject in a version that can be had, and of a rule
// that there is.
func TestKnownFindingsAreOfWhatThereIs(t *testing.T) {
	for line := range strings.Lines(Known()) {
		f := strings.Fields(line)
		if len(f) == 0 || f[0] == "#" {
			continue
		}
		if len(f) < 6 {
			t.Errorf("%q: want subject, version, rule, class, deterministic or flaky, reason", line)
			continue
		}
		if _, err := Find(f[0] + "@" + f[1]); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if _, ok := model.FindRule(f[2]); !ok {
			t.Errorf("%q: there is no rule %s", line, f[2])
		}
	}
}
