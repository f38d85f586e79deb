package subject

import (
	"os"
	"strconv"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// Real libraries that are right as far as a property goes violate none that is true
// of them. PONGCHECK_PAIRS is how many experiments to make for each; 50 if it is
// not set.
func TestNoPropertyIsViolatedByRealLibraries(t *testing.T) {
	n := 50
	if s := os.Getenv("PONGCHECK_PAIRS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	for _, name := range []string{"coder", "websockets/asyncio@14.2"} {
		t.Run(name, func(t *testing.T) {
			impl := Require(t, name)
			p, ok := model.FindProfile(impl.Profile)
			if !ok {
				t.Fatalf("there is no profile %s", impl.Profile)
			}
			r, err := props.RunProperties(t.Context(), p, impl, props.Options{N: 20 * n, Seed: uint64(n)})
			if err != nil {
				t.Fatal(err)
			}
			for i := range r.Violations {
				t.Errorf("%s", &r.Violations[i])
			}
			t.Logf("%s", r)
		})
	}
}
