package nightly

import "time"

const (
	replays     = 10 // of an input that failed
	hangReplays = 2  // of one that hangs, since each takes long
)

// measured is what replays showed.
type measured struct {
	first   *failure       // the first failure, nil if no replay failed
	failed  map[string]int // how many replays failed with a signature
	replays int            // how many there were
}

// measure replays something up to times times, until enough (which may be nil) reports that
// there were enough replays. After one that hung there are hangReplays in all, counted from
// that one. An error ends it.
func measure(times int, enough func(*measured) bool, replay func() ([]*failure, error)) (*measured, error) {
	m := &measured{failed: map[string]int{}}
	for m.replays < times && (enough == nil || !enough(m)) {
		all, err := replay()
		if err != nil {
			return m, err
		}
		for _, f := range all {
			if m.failed[f.signature]++; m.first == nil {
				if m.first = f; f.hung {
					times = min(times, m.replays+hangReplays)
				}
			}
		}
		m.replays++
	}
	return m, nil
}

// failedOnce ends a measurement at the first failure.
func failedOnce(m *measured) bool { return m.first != nil }

// usedUp ends a measurement after one replay or more, when a time is over.
func usedUp(limit time.Duration) func(*measured) bool {
	began := time.Now()
	return func(m *measured) bool { return m.replays > 0 && time.Since(began) >= limit }
}

// failures are those of a replay of one input.
func failures(f *failure, err error) ([]*failure, error) {
	if f == nil {
		return nil, err
	}
	return []*failure{f}, err
}

// countFailures counts the replays that failed, with whatever signature.
func (m *measured) countFailures() (n int) {
	for _, times := range m.failed {
		n += times
	}
	return n
}

// classify returns the state of an input that failed in some of its replays.
func classify(failed, of int) State {
	switch failed {
	case of:
		return Stable
	case 0:
		return NotAgain
	}
	return Flaky
}
