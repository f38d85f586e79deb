package fuzz_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
)

// BenchmarkTarget runs the seeds, each with its family.
func BenchmarkTarget(b *testing.B) {
	p, impl := chosen(b, "asyncio@14.2", false)
	t := fuzz.NewTracker(p, impl)
	seeds, err := t.Seeds()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if f, err := t.Run(seeds[i%len(seeds)]); f != nil || err != nil {
			b.Fatal(f, err)
		}
	}
}
