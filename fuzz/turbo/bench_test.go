//go:build unix

package turbo

import (
	"fmt"
	"syscall"
	"testing"
	"time"
)

// cpu is the time that this process has used so far: on a busy machine it says more
// than the clock.
func cpu(t testing.TB) time.Duration {
	t.Helper()
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		t.Fatal(err)
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// BenchmarkRun is the whole loop on a tracker that is right.
func BenchmarkRun(b *testing.B) {
	for _, ops := range []int{8, 64} {
		for _, laned := range []bool{false, true} {
			b.Run(fmt.Sprintf("ops=%d/lanes=%t", ops, laned), func(b *testing.B) {
				s := right(b)
				s.maxOps, s.laned = ops, laned
				from := cpu(b)
				r, err := Run(b.Context(), s.target(b), nil, Options{Seed: 1, N: b.N})
				if err != nil || len(r.Findings) > 0 {
					b.Fatal(err, r.Findings)
				}
				b.ReportMetric(float64(b.N)/(cpu(b)-from).Seconds(), "exec/cpu-s")
				b.ReportMetric(float64(r.Features), "features")
				b.ReportMetric(float64(len(r.Entries)), "entries")
			})
		}
	}
}

// BenchmarkTrace tells the features of the entries that a run left.
func BenchmarkTrace(b *testing.B) {
	for _, ops := range []int{8, 64} {
		b.Run(fmt.Sprintf("ops=%d", ops), func(b *testing.B) {
			s := right(b)
			s.maxOps = ops
			target := s.target(b)
			r, err := Run(b.Context(), target, nil, Options{Seed: 1, N: 20_000})
			if err != nil {
				b.Fatal(err)
			}
			tracer, err := NewTracer(target)
			if err != nil {
				b.Fatal(err)
			}
			from, features := cpu(b), 0
			for i := 0; b.Loop(); i++ {
				_, fs := tracer.Trace(r.Entries[i%len(r.Entries)])
				features += len(fs)
			}
			b.ReportMetric(float64(b.N)/(cpu(b)-from).Seconds(), "entries/cpu-s")
			b.ReportMetric(float64(features)/float64(b.N), "features/entry")
		})
	}
}
