// Package probe has one branch that package turbo takes on purpose, to see
// whether the counters that it found are those that the compiler bumps.
package probe

// Branch is instrumented like any other code of its build.
//
//go:noinline
func Branch(other bool) int {
	if other {
		return 2
	}
	return 1
}
