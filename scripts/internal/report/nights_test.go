package report

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/props/result"
)

func TestMachinesOfAFleetAreOneNight(t *testing.T) {
	night := func(time, commit, shard string, executions, entries int64) result.Night {
		return result.Night{Time: time, Commit: commit, Shard: shard, Executions: executions, Entries: entries}
	}
	r := &Run{Nights: []result.Night{
		night("2026-11-20T01:00:00Z", "a", "1/2", 10, 5),
		night("2026-11-20T01:00:01Z", "a", "", 1, 1), // somebody's own
		night("2026-11-20T01:10:00Z", "a", "2/2", 20, 7),
		night("2026-11-20T01:20:00Z", "a", "1/2", 100, 9), // again
		night("2026-11-20T02:00:00Z", "b", "2/2", 200, 9), // other sources
		night("2026-11-20T14:00:00Z", "a", "2/2", 30, 11), // later
		night("2026-11-21T01:00:00Z", "a", "1/3", 40, 11), // another fleet
	}}
	want := []result.Night{
		night("2026-11-20T01:00:00Z", "a", "1/2", 30, 7),
		night("2026-11-20T01:00:01Z", "a", "", 1, 1),
		night("2026-11-20T01:20:00Z", "a", "1/2", 100, 9),
		night("2026-11-20T02:00:00Z", "b", "2/2", 200, 9),
		night("2026-11-20T14:00:00Z", "a", "2/2", 30, 11),
		night("2026-11-21T01:00:00Z", "a", "1/3", 40, 11),
	}
	if diff := cmp.Diff(want, r.RecentNights()); diff != "" {
		t.Errorf("nights (-want +got):\n%s", diff)
	}
}

// Of the nights of a store nothing else is shown, and what cannot be read is told.
func TestAddNights(t *testing.T) {
	r := new(Run)
	troubles := r.AddNights("store", func(yield func([]byte, error) bool) {
		_ = yield([]byte(`{"schema":1,"type":"night","time":"2026-11-21T01:00:00Z","entries":2}`+"\n"+`{"schema":1,"type":"mutant","mutant":"a/b"}`), nil) &&
			yield(nil, errors.New("read night/x: gone")) &&
			yield([]byte("no line of results\n"), nil) &&
			yield([]byte(`{"schema":1,"type":"night","time":"2026-11-20T01:00:00Z","entries":1}`), nil)
	})
	var entries []int64
	for _, n := range r.Nights {
		entries = append(entries, n.Entries)
	}
	if !slices.Equal(entries, []int64{1, 2}) || len(r.Mutants) > 0 {
		t.Errorf("took nights with %d entries, want 1 and 2, and %d mutants", entries, len(r.Mutants))
	}
	if len(troubles) != 2 || len(r.Troubles) != 2 || !strings.HasPrefix(r.Troubles[0], "read night/x") || !strings.HasPrefix(r.Troubles[1], "store:1: ") {
		t.Errorf("told %q", r.Troubles)
	}
}

// What went wrong in a night is said, of each machine; in public only that it did.
func TestTroublesOfNights(t *testing.T) {
	night := func(shard, minute, trouble string) result.Night {
		return result.Night{Time: "2026-11-30T01:0" + minute + ":00Z", Shard: shard, Troubles: 1, Trouble: []string{trouble}}
	}
	r := &Run{Nights: []result.Night{night("1/2", "0", "FuzzX native: stall"), night("2/2", "1", "push the corpus: no route")}}
	want := "the night of 2026-11-30T01:00:00Z: 2 times something did not go as it should have"
	if got := strings.Join(r.CutShort(), "\n"); got != want+"; FuzzX native: stall; push the corpus: no route" {
		t.Error(got)
	}
	r.Embargo(func(string, string) bool { return false })
	if got := strings.Join(r.CutShort(), "\n"); got != want {
		t.Errorf("in public: %s", got)
	}
}
