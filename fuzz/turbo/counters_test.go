package turbo

import (
	"errors"
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/turbo/probe"
)

// counted skips a test that needs counters. With PONGCHECK_REQUIRE that the
// child tests set, it fails instead.
func counted(t testing.TB) *Counters {
	t.Helper()
	c, err := OpenCounters()
	if errors.Is(err, ErrNoCounters) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCountersFollowABranch(t *testing.T) {
	c := counted(t)
	var once, again, twice []uint32
	c.Clear()
	probe.Branch(true)
	once = c.Append(nil)
	c.Clear()
	probe.Branch(true)
	again = c.Append(nil)
	c.Clear()
	probe.Branch(true)
	probe.Branch(true)
	twice = c.Append(nil)
	if !slices.Equal(once, again) {
		t.Errorf("the same call twice: %v and %v", once, again)
	}
	if missing(twice, once) == 0 {
		t.Errorf("two calls count like one: %v", twice)
	}
	t.Logf("%d counters", c.Len())
}
