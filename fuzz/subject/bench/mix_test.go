package main

import (
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

func TestOpsCountBack(t *testing.T) {
	cases := []struct {
		op    model.Op
		pings int
		back  int
	}{
		{model.Op{Kind: model.Pong, Data: model.EchoOf(3)}, 3, 0},
		{model.Op{Kind: model.Pong, Data: model.PrefixOf(1, 2)}, 3, 2},
		{model.Op{Kind: model.Cancel, N: 2}, 3, 1},
	}
	for _, c := range cases {
		r := countFromNewest(c.op, c.pings)
		if back := max(r.N, r.Data.Ref); c.op.Kind == model.Cancel && back != c.back || c.op.Kind != model.Cancel && r.Data.Ref != c.back {
			t.Errorf("%s of %d pings counts back %+v, want %d", &c.op, c.pings, r, c.back)
		}
		if again := countFromFirst(r, c.pings); again != c.op {
			t.Errorf("%+v came back as %+v", c.op, again)
		}
	}
	for _, o := range []model.Op{{Kind: model.Settle}, {Kind: model.Ping, Data: model.Bytes("a")}, {Kind: model.Close, N: 1000}} {
		if countFromNewest(o, 5) != o || countFromFirst(o, 5) != o {
			t.Errorf("%+v refers to no ping, and changes", o)
		}
	}
	far := model.Op{Kind: model.Pong, Data: model.EchoOf(9)}
	if got := countFromFirst(far, 2); got.Data.Ref != 1 {
		t.Errorf("9 back of 2 pings is ping %d, want 1", got.Data.Ref)
	}
}

func TestSlots(t *testing.T) {
	all := []string{"a", "b", "b", "b", "b", "b", "b", "c", "c", "c"}
	got := weightedSlots(all, 10)
	if want := []string{"b", "c", "a", "b", "c", "b", "c", "b", "b", "b"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := weightedSlots(all, 2); !slices.Equal(got, []string{"b", "c"}) {
		t.Errorf("with 2 slots: %v", got)
	}
}

// Whatever an engine needs to find a mutant is in its mix: every kind of op of the
// shortest trace.
func TestMixesHaveWhatMutantsNeed(t *testing.T) {
	all, err := allTasks()
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range all {
		for kind := range k.mix.parts {
			if !slices.Contains(k.mix.kinds, kind) {
				t.Errorf("%s: %s has no slot", k.name, kind)
			}
		}
		if len(k.mix.configs) != mixTraces || len(k.mix.ops) < 20*len(k.mix.kinds) {
			t.Errorf("%s: %d configs, %d ops", k.name, len(k.mix.configs), len(k.mix.ops))
		}
	}
}
