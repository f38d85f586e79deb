// Package probe has one branch that package turbo takes on purpose, to see
// whether the counters that it found are those that the compiler bumps.
package probe

// Taken is how often each side of [Branch] was taken.
var Taken [2]int

// Branch is instrumented like any other code of its build.
//
//go:noinline
func Branch(other bool) {
	if other {
		Taken[1]++
	} else {
		Taken[0]++
	}
}
