package cover

import "slices"

// Stable traces an input k times, at least once. It returns the features that every run reached as
// stable, the others as flaky, both sorted. The first error ends it.
func Stable(k int, trace func() ([]uint32, error)) (stable, flaky []uint32, err error) {
	times := map[uint32]int{}
	k = max(k, 1)
	for range k {
		features, err := trace()
		if err != nil {
			return nil, nil, err
		}
		features = slices.Clone(features) // the caller's own
		slices.Sort(features)
		for _, f := range slices.Compact(features) {
			times[f]++
		}
	}
	for f, n := range times {
		if n == k {
			stable = append(stable, f)
		} else {
			flaky = append(flaky, f)
		}
	}
	slices.Sort(stable)
	slices.Sort(flaky)
	return stable, flaky, nil
}
