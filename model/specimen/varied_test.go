package specimen_test

import (
	"os"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/generate"
)

// Nothing that RFC 6455 permits is FAILED under the profile that fixes nothing, however the
// choices are combined: a million ops, and with PONGCHECK_FULL five.
func TestWhatIsPermittedIsNotFailed(t *testing.T) {
	ops := 1_000_000
	switch {
	case testing.Short():
		ops = 20_000
	case os.Getenv("PONGCHECK_FULL") != "":
		ops = 5_000_000
	}
	const each = 500 // ops of a seed
	for seed := uint64(1); seed <= uint64(ops/each); seed++ {
		impl := specimen.Varied(seed)
		g := generate.New(impl.Info, generate.Options{})
		c := model.NewChecker(model.RFC(), impl.Info)
		s := impl.New()
		var tr model.Trace
		for i, n := uint64(0), 0; n < each; i++ {
			g.Trace(seed, i, &tr)
			r := c.Run(s, &tr)
			n += max(1, r.Ops)
			if f := r.Failure(); f != nil {
				t.Errorf("seed %d, trace %d: op %d: %s %s\n%s", seed, i, f.Op, f.Rule, f.Sentence(), transcript(model.RFC(), &impl, &tr))
				break
			}
		}
	}
}
