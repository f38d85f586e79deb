package subject

import (
	"flag"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

var pairs = flag.Int("pairs", 50, "experiments to make for each property and subject; it is the seed, too")

// Real libraries that are right as far as a property goes violate none that is true
// of them.
func TestNoPropertyIsViolatedByRealLibraries(t *testing.T) {
	for _, name := range []string{"coder", "websockets/asyncio@14.2"} {
		t.Run(name, func(t *testing.T) {
			impl := require(t, name)
			p, ok := model.FindProfile(impl.Profile)
			if !ok {
				t.Fatalf("there is no profile %s", impl.Profile)
			}
			r, err := props.RunProperties(t.Context(), p, impl, props.Options{N: 20 * *pairs, Seed: uint64(*pairs)})
			if err != nil {
				t.Fatal(err)
			}
			for i := range r.Findings {
				t.Errorf("%s", &r.Findings[i])
			}
			t.Logf("%s", r.Tallies)
		})
	}
}
