package store

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/scripts/internal/cover"
)

// letters is a target that reaches its letters; "!" can not be traced, "?" is flaky.
func letters() (*Tracing, *int) {
	runs := new(int)
	return &Tracing{Target: target, Build: "build", Times: 3, Trace: func(data []byte) ([]uint32, uint64, error) {
		*runs++
		if slices.Contains(data, '!') {
			return nil, 0, errors.New("it hangs")
		}
		var reached []uint32
		for _, b := range data {
			if b == '?' {
				reached = append(reached, uint32(1000+*runs))
				continue
			}
			reached = append(reached, uint32(b))
		}
		return reached, uint64(len(data)), nil
	}}, runs
}

func TestMinimise(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		for _, in := range []Input{found("ab"), found("a"), found("bc?"), found("abc"), of(Crash, "a?"), found("!"), of(Import, "z")} {
			add(t, s, in)
		}
		tracing, runs := letters()
		plan, err := s.Minimise(t.Context(), *tracing)
		if err != nil {
			t.Fatal(err)
		}
		kept := map[string]cover.Why{}
		for _, k := range plan.Keep {
			data, err := s.Get(t.Context(), k.ID)
			if err != nil {
				t.Error(err)
			}
			kept[string(data)] = k.Why
		}
		want := map[string]cover.Why{"a?": {New: 1, Kept: true}, "bc?": {New: 2}, "!": {Kept: true}}
		if d := cmp.Diff(want, kept); d != "" {
			t.Errorf("kept (-want +got):\n%s", d)
		}
		if len(plan.Drop) != 3 || plan.Reached != 3 || len(plan.Flaky) != 2 || len(plan.Failed) != 1 || !strings.Contains(plan.Failed[0].String(), "it hangs") {
			t.Errorf("plan: %+v", plan)
		}
		if err := s.Drop(t.Context(), target, DropReason{Reason: "covered", Build: "build"}, plan.Drop...); err != nil {
			t.Fatal(err)
		}
		holds(t, s, "a?", "bc?", "!", "z")

		*runs = 0
		if _, err := s.Minimise(t.Context(), *tracing); err != nil || *runs != 1 {
			t.Errorf("%v: traced %d times, want that of the one that failed", err, *runs)
		}
		tracing.Build = "other"
		if _, err := s.Minimise(t.Context(), *tracing); err != nil || *runs != 1+3+3+1 {
			t.Errorf("another build: %v: traced %d times", err, *runs)
		}
	})
}

func TestExplain(t *testing.T) {
	s := New(&Memory{})
	ab := add(t, s, found("ab"))
	bc := add(t, s, found("bc"))
	tracing, _ := letters()
	if _, err := s.Minimise(t.Context(), *tracing); err != nil {
		t.Fatal(err)
	}
	e, err := s.Explain(t.Context(), target, "build", ab)
	if err != nil || !slices.Equal(e.Only, []uint32{'a'}) || !slices.Equal(e.Reach.Features, []uint32{'a', 'b'}) || e.Reach.Cost != 2 || len(e.Records) != 1 || e.Item.Kind != Found {
		t.Errorf("got %+v, %v", e, err)
	}
	if err := s.Drop(t.Context(), target, DropReason{Reason: "covered"}, bc); err != nil {
		t.Fatal(err)
	}
	if e, err := s.Explain(t.Context(), target, "build", bc); err != nil || len(e.Records) != 2 || e.Records[1].Drop.Reason != "covered" {
		t.Errorf("dropped: %+v, %v", e, err)
	}
	if _, err := s.Explain(t.Context(), target, "build", ID{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("unknown: %v", err)
	}
}

func TestFeaturesAreKeptPerBuild(t *testing.T) {
	eachBackend(t, func(t *testing.T, b Backend) {
		s := New(b)
		want := map[ID]Reach{{1}: {[]uint32{0, 1, 4294967295}, 7}, {2}: {}, {3}: {[]uint32{7}, 1 << 60}}
		if err := s.PutFeatures(t.Context(), "one", want); err != nil {
			t.Fatal(err)
		}
		if err := s.PutFeatures(t.Context(), "two", map[ID]Reach{{1}: {Features: []uint32{9}}}); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Features(t.Context(), "one"); err != nil || !maps.EqualFunc(got, want, sameReach) {
			t.Errorf("got %v, %v", got, err)
		}
		if err := s.ForgetFeatures(t.Context(), "two"); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Features(t.Context(), "one"); err != nil || len(got) != 0 {
			t.Errorf("got %v, %v", got, err)
		}
		for _, build := range []string{"", "a.b", "a/b", strings.Repeat("a", 65)} {
			if err := s.PutFeatures(t.Context(), build, want); err == nil {
				t.Errorf("build %q: want an error", build)
			}
		}
	})
}

func TestManyFeaturesAreSeveralFiles(t *testing.T) {
	b := &Memory{}
	s := New(b)
	list := make([]uint32, 1<<20)
	for i := range list {
		list[i] = uint32(i) << 10
	}
	want := map[ID]Reach{}
	for i := range 7 {
		want[ID{byte(i)}] = Reach{Features: list}
	}
	if err := s.PutFeatures(t.Context(), "build", want); err != nil {
		t.Fatal(err)
	}
	if got := len(names(t, b, "features")); got < 2 {
		t.Errorf("%d files", got)
	}
	if got, err := s.Features(t.Context(), "build"); err != nil || !maps.EqualFunc(got, want, sameReach) {
		t.Errorf("%d of %d came back: %v", len(got), len(want), err)
	}
}

func sameReach(a, b Reach) bool { return a.Cost == b.Cost && slices.Equal(a.Features, b.Features) }

func FuzzFeatures(f *testing.F) {
	f.Add([]byte(featuresMagic + strings.Repeat("i", 32) + "\x05\x02\x00\x01"))
	f.Fuzz(func(t *testing.T, file []byte) {
		reached := map[ID]Reach{}
		readFeatures(file, reached)
		for id, r := range reached {
			list := r.Features
			if !slices.IsSorted(list) || len(slices.Compact(list)) != len(list) {
				t.Error(fmt.Sprint(id, list))
			}
		}
	})
}
