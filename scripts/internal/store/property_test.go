package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/leanovate/gopter"
	"github.com/leanovate/gopter/gen"
	"github.com/leanovate/gopter/prop"
)

// set is what a store is for: adds by a tag each, and the tags that were dropped.
type set struct {
	adds  map[int]string
	drops map[int]bool
}

func (s set) contents() []string {
	all := map[string]bool{}
	for tag, data := range s.adds {
		if !s.drops[tag] {
			all[data] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// op is a step of a few stores: what, where, and with what.
type op struct{ What, Store, With int }

func (o op) String() string {
	return fmt.Sprintf("%s %d %d", []string{"add", "add", "drop", "sync", "collect", "old trash goes in"}[o.What], o.Store, o.With)
}

const fewStores = 3

func genOps() gopter.Gen {
	one := gopter.CombineGens(gen.IntRange(0, 5), gen.IntRange(0, fewStores-1), gen.IntRange(0, 4)).
		Map(func(v []any) op { return op{v[0].(int), v[1].(int), v[2].(int)} })
	return gen.SliceOf(one)
}

// Whatever happens in whatever order, each store holds what an add-wins set holds.
func TestAStoreIsAnAddWinsSet(t *testing.T) {
	params := gopter.DefaultTestParametersWithSeed(1)
	params.MinSuccessfulTests = 300
	if testing.Short() {
		params.MinSuccessfulTests = 50
	}
	p := prop.ForAll(func(ops []op) (string, error) {
		now := time.Now()
		tags := 0
		var stores [fewStores]*Store
		var sets [fewStores]set
		for i := range stores {
			stores[i] = New(&Memory{})
			stores[i].now = func() time.Time { return now }
			sets[i] = set{map[int]string{}, map[int]bool{}}
		}
		for n, o := range ops {
			s, model, data := stores[o.Store], sets[o.Store], fmt.Sprint(o.With)
			var err error
			switch o.What {
			case 0, 1:
				tags++
				model.adds[tags] = data
				_, err = s.Add(t.Context(), found(data))
			case 2:
				for tag, d := range model.adds {
					if d == data {
						model.drops[tag] = true
					}
				}
				err = s.Drop(t.Context(), target, DropReason{Reason: "covered"}, Sum([]byte(data)))
			case 3:
				from := o.With % fewStores
				maps.Copy(model.adds, sets[from].adds)
				maps.Copy(model.drops, sets[from].drops)
				_, err = Sync(t.Context(), s, stores[from])
			case 4, 5:
				if o.What == 5 {
					now = now.Add(2 * time.Hour)
				}
				_, err = s.GC(t.Context(), o.With, time.Hour)
			}
			if err != nil {
				return "", fmt.Errorf("step %d: %w", n+1, err)
			}
			for i := range stores {
				if diff := differs(t, stores[i], sets[i]); diff != "" {
					return fmt.Sprintf("step %d, %s: store %d: %s", n+1, o, i, diff), nil
				}
			}
		}
		return "", nil
	}, genOps())
	if r := p.Check(params); !r.Passed() {
		t.Errorf("%v %v %v", r.Status, r.Labels, r.Args)
	}
}

func differs(t *testing.T, s *Store, want set) string {
	var got []string
	var problems error
	for e, err := range s.Entries(t.Context(), Filter{}) {
		problems = errors.Join(problems, err)
		got = append(got, string(e.Data))
	}
	slices.Sort(got)
	if problems != nil {
		return problems.Error()
	}
	if !slices.Equal(got, want.contents()) {
		return fmt.Sprintf("holds %q, want %q", got, want.contents())
	}
	return ""
}
