package report

import (
	"bytes"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/props/result"
)

// maxNights is how many nights are shown: the last ones.
const maxNights = 90

// AddNights adds the nights among lines of results of a name, and nothing else: findings of
// past nights may be fixed. It leaves out lines that cannot be read, and returns and
// records an error for each.
func (r *Run) AddNights(name string, results iter.Seq2[[]byte, error]) (troubles []error) {
	trouble := func(err error) {
		troubles = append(troubles, err)
		r.Troubles = append(r.Troubles, err.Error())
	}
	for lines, err := range results {
		if err != nil {
			trouble(err)
			continue
		}
		other := new(Run)
		other.readLines(name, bytes.NewReader(lines), trouble)
		r.Nights = append(r.Nights, other.Nights...)
	}
	r.dropRepeatsAndSort()
	return troubles
}

// RecentNights returns the nights that are shown. The machines of a fleet have one night.
func (r *Run) RecentNights() []result.Night {
	var nights []result.Night
	var fleets []*fleet
	for _, n := range r.Nights {
		_, of, is := strings.Cut(n.Shard, "/")
		if f := joinedFleet(fleets, &n); f != nil {
			f.addMachine(&n, &nights[f.night])
			continue
		}
		if nights = append(nights, n); is {
			fleets = append(fleets, &fleet{len(nights) - 1, of, n.Commit, n.Time, map[string]bool{n.Shard: true}})
		}
	}
	return nights[max(0, len(nights)-maxNights):]
}

// fleet is a night of several machines. They do not know each other. Their nights have the
// number of machines and the commit in common, and began at about the same time.
type fleet struct {
	night             int // among those that are shown
	of, commit, begun string
	machines          map[string]bool // by their shards, as i/n
}

// sameNight is how much later a machine of a fleet begins, at most.
const sameNight = 12 * time.Hour

// joinedFleet returns the last fleet that the machine of a night can belong to, or nil.
func joinedFleet(fleets []*fleet, n *result.Night) *fleet {
	_, of, _ := strings.Cut(n.Shard, "/")
	for _, f := range slices.Backward(fleets) {
		if f.of == of && f.commit == n.Commit && !f.machines[n.Shard] && beginsWithin(f.begun, n.Time, sameNight) {
			return f
		}
	}
	return nil
}

// oneNight reports whether two nights can be those of two machines of one fleet.
func oneNight(a, b *result.Night) bool {
	return a.Shard != b.Shard && fleetSize(a) == fleetSize(b) && a.Commit == b.Commit && (beginsWithin(a.Time, b.Time, sameNight) || beginsWithin(b.Time, a.Time, sameNight))
}

func beginsWithin(from, to string, d time.Duration) bool {
	a, err1 := time.Parse(time.RFC3339, from)
	b, err2 := time.Parse(time.RFC3339, to)
	return err1 == nil && err2 == nil && b.Sub(a) < d
}

// addMachine adds what a machine did to the night. The machines share a corpus: its size
// is that of the machine that has seen most of it.
func (f *fleet) addMachine(n, to *result.Night) {
	f.machines[n.Shard] = true
	to.Executions += n.Executions
	to.AtLeast = to.AtLeast || n.AtLeast
	to.Features = max(to.Features, n.Features)
	to.Entries = max(to.Entries, n.Entries)
	to.Troubles += n.Troubles
	to.Trouble = slices.Concat(to.Trouble, n.Trouble)
	to.CPU, to.Inside = sumTimes(to.CPU, n.CPU), sumTimes(to.Inside, n.Inside)
}

func sumTimes(a, b *float64) *float64 {
	if a == nil || b == nil {
		return nil
	}
	c := *a + *b
	return &c
}
