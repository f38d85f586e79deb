//go:build unix

package store

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"
)

// large are two stores in folders that hold the same n entries, differently packed.
func large(b *testing.B, n int) (here, there string) {
	b.Helper()
	here, there = filepath.Join(b.TempDir(), "here"), filepath.Join(b.TempDir(), "there")
	s := New(open(b, there))
	if _, err := s.AddAll(b.Context(), many("entry number ", n)); err != nil {
		b.Fatal(err)
	}
	if _, err := Sync(b.Context(), New(open(b, here)), s); err != nil {
		b.Fatal(err)
	}
	return here, there
}

func open(b *testing.B, at string) *Folder {
	f, err := OpenFolder(at)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { f.Close() })
	return f
}

// inUse is the memory that is in use.
func inUse() float64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

// cpu is the processor time that this process has taken, in seconds.
func cpu(b *testing.B) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

func BenchmarkSyncUnchanged(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			at, from := large(b, n)
			before := inUse()
			var used, busy float64
			for b.Loop() {
				start := cpu(b)
				here, there := New(open(b, at)), New(open(b, from))
				if done, err := Sync(b.Context(), here, there); err != nil || done.Entries+done.Records > 0 {
					b.Fatal(done, err)
				}
				busy += cpu(b) - start
				b.StopTimer()
				used = inUse() - before
				runtime.KeepAlive(here)
				runtime.KeepAlive(there)
				b.StartTimer()
			}
			b.ReportMetric(used/1e6, "MB-in-use")
			b.ReportMetric(busy/float64(b.N), "cpu-s/op")
		})
	}
}

func BenchmarkList(b *testing.B) {
	for _, n := range []int{1000, 10000, 100000} {
		b.Run(fmt.Sprintf("entries=%d", n), func(b *testing.B) {
			_, at := large(b, n)
			before := inUse()
			var used float64
			for b.Loop() {
				s := New(open(b, at))
				items, err := s.List(b.Context(), Filter{})
				if err != nil || len(items) != n {
					b.Fatal(len(items), err)
				}
				b.StopTimer()
				used = inUse() - before
				runtime.KeepAlive(s)
				runtime.KeepAlive(items)
				b.StartTimer()
			}
			b.ReportMetric(used/1e6, "MB-in-use")
		})
	}
}

func BenchmarkEntries(b *testing.B) {
	_, at := large(b, 10000)
	for b.Loop() {
		n := 0
		for _, err := range New(open(b, at)).Entries(b.Context(), Filter{}) {
			if err != nil {
				b.Fatal(err)
			}
			n++
		}
		if n != 10000 {
			b.Fatal(n)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	add := func(backend Backend) func(b *testing.B) {
		return func(b *testing.B) {
			s := New(backend)
			for i := 0; b.Loop(); i++ {
				if _, err := s.Add(b.Context(), found(fmt.Sprint(i))); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
	b.Run("backend=memory", add(&Memory{}))
	b.Run("backend=folder", add(open(b, b.TempDir())))
}

// far is a backend that answers after a while.
type far struct {
	Backend
	after time.Duration
}

func (f *far) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	time.Sleep(f.after)
	return f.Backend.Get(ctx, name, limit)
}

// A store far away, which nobody collected yet, is read whole: its records, then its entries.
func BenchmarkEntriesFarAway(b *testing.B) {
	const n = 500
	disk := &Memory{}
	for i := range n {
		if _, err := New(disk).Add(b.Context(), found(fmt.Sprint(i))); err != nil {
			b.Fatal(err)
		}
	}
	for _, after := range []time.Duration{0, 5 * time.Millisecond} {
		b.Run(fmt.Sprintf("latency=%s", after), func(b *testing.B) {
			for b.Loop() {
				got := 0
				for _, err := range New(&far{disk, after}).Entries(b.Context(), Filter{}) {
					if err != nil {
						b.Fatal(err)
					}
					got++
				}
				if got != n {
					b.Fatal(got)
				}
			}
		})
	}
}
