package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/fuzz/turbo"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"pgregory.net/rapid"
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
		m.noteFailure()
		if out := os.Getenv(outVariable); out != "" {
			if err := writeCost(out, trial{cost: m.untilFailure, length: length, class: class}); err != nil {
				panic(err)
			}
		}
	}
}

// whole tells what all of a run had cost, if it was a worker's.
func whole(m *meter) {
	if out := os.Getenv(outVariable); out != "" && m.cost.traces > 0 {
		r := trial{cost: m.cost}
		r.cpu = m.cpuSpent()
		_ = writeCost(out+wholeSuffix, r) // without it the run has no speed
	}
}

// FuzzBytes mutates the project's binary form of traces, the way a fuzz target of its
// users would, from one conversation in which all is well.
func FuzzBytes(f *testing.F) {
	task, m, failed := target(f)
	checker, impl := model.NewChecker(task.profile, task.impl.Info), m.meterSubjects(task.impl)
	well, err := text.ParseString("pongcheck-trace 1\nping 61\npong $1\nrecv-ping 62\nsettle\n")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text.Encode(well.Trace()))
	defer whole(m)
	f.Fuzz(func(t *testing.T, b []byte) {
		trace := task.impl.Info.Adapt(text.Decode(b))
		if trace == nil {
			return
		}
		if checker.RunIn(impl, trace).Failure() != nil {
			class, length := task.findFailure(trace)
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
	prop := tunedProperty(b)
	seed := make([]byte, 4096)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range seed {
		seed[i] = byte(r.Uint32())
	}
	f.Add(seed)
	defer whole(m)
	f.Fuzz(rapid.MakeFuzz(func(rt *rapid.T) {
		b.lastFailed = nil
		defer func() {
			if b.lastFailed != nil {
				class, ops := task.findFailure(b.lastFailed)
				failed(ops, class)
			}
		}()
		prop(rt)
	}))
}

// FuzzTracker is this project's own target, each input with its family. What it
// finds is shrunk before it is told, so that is in its cost.
func FuzzTracker(f *testing.F) {
	task, m, failed := target(f)
	t := fuzz.NewTracker(task.profile, m.meterSubjects(task.impl))
	f.Add([]byte{})
	defer whole(m)
	n := 0
	f.Fuzz(func(test *testing.T, in []byte) {
		n++
		finding, err := t.Run(in)
		if err != nil {
			test.Fatal(err)
		}
		if finding != nil {
			m.cost.traces = n
			class, length := task.findFailure(finding.Shrunk)
			failed(length, class)
			test.Fatal(class)
		}
	})
}

// TestTurbo is a run of package turbo over traces of up to 64 ops, on the task and with
// the seed and the executions that the environment names.
func TestTurbo(t *testing.T) {
	name, seed, n := os.Getenv(taskVariable), 1, 1000
	if name == "" {
		name = control
	} else if _, err := fmt.Sscan(os.Getenv(seedVariable), &seed, &n); err != nil {
		t.Fatal(err)
	}
	task, err := findTask(name)
	if err != nil {
		t.Fatal(err)
	}
	m := newMeter(0, 0)
	ctx, stop := context.WithCancel(t.Context())
	var found *turbo.Finding
	_, err = turbo.Run(ctx, turboTarget(task, m), nil, turbo.Options{Seed: uint64(seed), N: n, Found: func(f *turbo.Finding) {
		found = f
		stop()
	}})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if name == control && found != nil {
		t.Errorf("%s on a specimen that is right", found.Signature)
	}
	r := trial{cost: m.cost}
	if r.cpu = m.cpuSpent(); found != nil {
		r.cost = m.untilFailure
		r.class, r.length = task.findFailure(text.Decode(found.Input))
	}
	if out := os.Getenv(outVariable); out != "" {
		if err := writeCost(out, r); err != nil {
			t.Fatal(err)
		}
	}
}

// turboTarget is a task for package turbo, with the lanes of the model.
func turboTarget(task *task, m *meter) *turbo.Target {
	var lanes *turbo.Lanes
	impl := m.meterSubjects(task.impl)
	checker := model.NewChecker(task.profile, impl.Info)
	checker.Watch = func(lane uint8, k model.Kind) { lanes.Light(uint32(lane)<<5 | uint32(k)) }
	return turbo.Traces(impl.Info, 64, func(trace *model.Trace, l *turbo.Lanes) string {
		lanes = l
		f := checker.RunIn(impl, trace).Failure()
		if f == nil {
			return ""
		}
		m.noteFailure()
		return f.Class()
	})
}
