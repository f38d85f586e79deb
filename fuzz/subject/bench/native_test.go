package main

import (
	"math/rand/v2"
	"os"
	"testing"

	"pgregory.net/rapid"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// target is the task that the environment names, or the control.
func target(f *testing.F) (*task, *meter, func(length int, class string)) {
	name := os.Getenv(taskVariable)
	if name == "" {
		name = control
	}
	task, err := findTask(name)
	if err != nil {
		f.Fatal(err)
	}
	m := newMeter(0, 0)
	return task, m, func(length int, class string) {
		m.fail()
		if out := os.Getenv(outVariable); out != "" {
			if err := writeCost(out, trial{cost: m.first, length: length, class: class}); err != nil {
				panic(err)
			}
		}
	}
}

// FuzzBytes mutates the project's binary form of traces, the way a fuzz target of its
// users would, from one conversation in which all is well.
func FuzzBytes(f *testing.F) {
	task, m, failed := target(f)
	checker, impl := model.NewChecker(task.profile, task.impl.Info), m.of(task.impl)
	well, err := model.ParseString("pongcheck-trace 1\nping 61\npong $1\nrecv-ping 62\nsettle\n")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(model.Encode(well.Trace()))
	f.Fuzz(func(t *testing.T, b []byte) {
		trace := props.Adapt(task.impl.Info, model.Decode(b))
		if trace == nil {
			return
		}
		if checker.RunIn(impl, trace).Failure() != nil {
			class, length := task.failure(trace)
			failed(length, class)
			t.Fatal(class)
		}
	})
}

// FuzzRapid has rapid read its draws from the bytes. A short input is skipped, so it
// begins with one of 4 KiB.
func FuzzRapid(f *testing.F) {
	task, m, failed := target(f)
	b := newWorkbench(task, m, true)
	prop := tuned(b)
	seed := make([]byte, 4096)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range seed {
		seed[i] = byte(r.Uint32())
	}
	f.Add(seed)
	f.Fuzz(rapid.MakeFuzz(func(rt *rapid.T) {
		b.last = nil
		defer func() {
			if b.last != nil {
				class, ops := task.failure(b.last)
				failed(ops, class)
			}
		}()
		prop(rt)
	}))
}
