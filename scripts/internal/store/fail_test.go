package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/disktest"
)

var errGone = errors.New("gone")

// failing is a backend that changes nothing more after some changes, as if the process
// had been killed, or the disk were full.
type failing struct {
	Backend
	left int
}

func (f *failing) Put(ctx context.Context, name string, data []byte) error {
	if f.left--; f.left < 0 {
		return errGone
	}
	return f.Backend.Put(ctx, name, data)
}

func (f *failing) Delete(ctx context.Context, name string) error {
	if f.left--; f.left < 0 {
		return errGone
	}
	return f.Backend.Delete(ctx, name)
}

// After every single change of everything that a store does, an end there loses nothing.
func TestAnEndAnywhereLosesNothing(t *testing.T) {
	for after := 0; ; after++ {
		disk := &Memory{}
		f := &failing{disk, after}
		promised, err := live(t, New(f))
		again := New(disk)
		isSound(t, again)
		in := contents(t, again, Filter{})
		for _, data := range promised {
			if !slices.Contains(in, data) {
				t.Errorf("after %d changes: %q was promised and is not there", after, data)
			}
		}
		collect(t, again, -1)
		collect(t, again, -1)
		isSound(t, New(disk))
		if got := contents(t, New(disk), Filter{}); !slices.Equal(got, in) {
			t.Errorf("after %d changes: collecting made %q of %q", after, got, in)
		}
		if t.Failed() {
			return
		}
		if err == nil {
			if after < 40 {
				t.Errorf("only %d changes", after)
			}
			return
		}
		if !errors.Is(err, errGone) {
			t.Fatalf("after %d changes: %v", after, err)
		}
	}
}

// live does everything, and returns what it was promised until the first error.
func live(t *testing.T, s *Store) (promised []string, err error) {
	ctx := t.Context()
	add := func(in Input) error {
		if _, err := s.Add(ctx, in); err != nil {
			return err
		}
		promised = append(promised, string(in.Data))
		return nil
	}
	addMany := func(prefix string, n int) error {
		if _, err := s.AddAll(ctx, many(prefix, n)); err != nil {
			return err
		}
		for i := range n {
			promised = append(promised, fmt.Sprint(prefix, i))
		}
		return nil
	}
	drop := func(data ...string) error {
		promised = slices.DeleteFunc(promised, func(p string) bool { return slices.Contains(data, p) })
		var ids []ID
		for _, d := range data {
			ids = append(ids, Sum([]byte(d)))
		}
		return s.Drop(ctx, target, DropReason{Reason: "covered"}, ids...)
	}
	tidy := func() error {
		_, err := s.GC(ctx, 0, -1)
		return err
	}
	other := New(&Memory{})
	addAll(t, other, many("other", 30))
	steps := []func() error{
		func() error { return add(found("a")) },
		func() error { return add(of(Crash, "b")) },
		func() error { return addMany("x", 20) },
		tidy,
		func() error { return drop("a", "x3") },
		func() error { return add(found("c")) },
		tidy, tidy,
		func() error { return add(found("a")) },
		func() error { return addMany("y", 20) },
		func() error { _, err := Sync(ctx, s, other); return err },
		tidy,
		func() error { return drop("a", "y1") },
		func() error { return add(found("a")) },
		tidy, tidy,
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return promised, err
		}
	}
	return promised, nil
}

func TestAFullDiskLosesNothing(t *testing.T) {
	at := disktest.Small(t, "300k")
	f := folder(t, at)
	s := New(f)
	var promised []string
	refused := 0
	for i := 0; refused < 20; i++ {
		data := fmt.Sprint(i)
		_, err := s.Add(t.Context(), found(data))
		switch {
		case err == nil:
			promised = append(promised, data)
		case errors.Is(err, syscall.ENOSPC):
			refused++
		default:
			t.Fatal(err)
		}
	}
	if len(promised) < 10 {
		t.Errorf("only %d fit", len(promised))
	}
	isSound(t, New(f))
	for _, data := range promised {
		if got, err := New(f).Get(t.Context(), Sum([]byte(data))); string(got) != data {
			t.Errorf("%q: got %q, %v", data, got, err)
		}
	}
	if left, err := os.ReadDir(filepath.Join(at, "tmp")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	disktest.Grow(t, at, "10m")
	add(t, s, found("room"))
	collect(t, s, -1)
	collect(t, s, -1)
	if got := contents(t, New(f), Filter{}); len(got) != len(promised)+1 {
		t.Errorf("%d entries, want %d", len(got), len(promised)+1)
	}
	isSound(t, New(f))
}
