package turbo

import (
	"os"
	"strconv"
	"strings"
	"testing"
)

// FuzzNative runs what this engine runs under that of go test, to compare: the subject
// is PONGCHECK_MUTANT or a right one, TURBO_TEST_WAY has the words lanes and family,
// TURBO_TEST_OPS the longest trace.
func FuzzNative(f *testing.F) {
	s := right(f)
	if name := os.Getenv("PONGCHECK_MUTANT"); name != "" {
		s = mutant(f, name)
	}
	way := os.Getenv("TURBO_TEST_WAY")
	s.lit, s.laned, s.family = strings.Contains(way, "lanes"), false, strings.Contains(way, "family")
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
