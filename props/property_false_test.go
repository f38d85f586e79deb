package props_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

// What is right violates no property, by its own profile and by the others that it
// keeps to. PONGCHECK_PAIRS is how many experiments to make for each property and
// subject; 500 if it is not set.
func TestNoPropertyIsViolatedByWhatIsRight(t *testing.T) {
	n := 500
	if s := os.Getenv("PONGCHECK_PAIRS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	for _, c := range []struct{ subject, profile string }{
		{"specimen/asyncio@14.2", "websockets"}, {"specimen/asyncio@14.2", "rfc"},
		{"specimen/legacy", "websockets-legacy"}, {"specimen/legacy", "rfc"},
		{"specimen/exact", "exact"}, {"specimen/exact", "rfc"},
		{"specimen/any", "any-pong"}, {"specimen/any", "rfc"},
		{"specimen/responder", "exact"}, {"specimen/coalescing", "exact"},
	} {
		t.Run(c.subject+"/profile="+c.profile, func(t *testing.T) {
			impl, ok := specimen.Find(c.subject)
			p, known := model.FindProfile(c.profile)
			if !ok || !known {
				t.Fatal("there is no such subject or profile")
			}
			r, err := props.RunProperties(t.Context(), p, impl, props.Options{N: 10 * n, Seed: uint64(n)})
			if err != nil {
				t.Fatal(err)
			}
			for i := range r.Violations {
				t.Errorf("%s", &r.Violations[i])
			}
			for _, y := range r.Tallies {
				t.Logf("%-16s %d tried, %d compared, %d unsteady", y.Name, y.Tried, y.Compared, y.Unsteady)
			}
		})
	}
}
