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
func TestScratchOthers(t *testing.T) {
	n := 50
	if s := os.Getenv("PONGCHECK_PAIRS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	for _, name := range []string{"websockets/asyncio@17.4","websockets/asyncio@14.1","websockets/legacy@14.1","websockets/legacy@17.4","websockets/trio@17.4"} {
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
