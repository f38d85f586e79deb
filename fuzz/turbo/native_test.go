package turbo

import (
	"os"
	"strconv"
	"testing"
)

// FuzzNative runs what this engine runs under that of go test, to compare: the subject
// is PONGCHECK_MUTANT or a right one, TURBO_TEST_WAY may be family,
// TURBO_TEST_OPS the longest trace.
func FuzzNative(f *testing.F) {
	s := right(f)
	if name := os.Getenv("PONGCHECK_MUTANT"); name != "" {
		s = mutant(f, name)
	}
	s.family = os.Getenv("TURBO_TEST_WAY") == "family"
	if n, err := strconv.Atoi(os.Getenv("TURBO_TEST_OPS")); err == nil {
		s.maxOps = n
	}
	target := s.target(f)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, in []byte) {
		if signature := target.Run(in, nil); signature != "" {
			t.Fatal(signature)
		}
	})
}
