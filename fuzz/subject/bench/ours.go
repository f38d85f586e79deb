package main

import (
	"context"

	"github.com/leanovate/gopter"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/forgopter"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// huntProp hunts with this project's property in gopter, with gopter's own parameters, as
// [huntCommands] does. It shrinks without the certificate.
func huntProp(t *task, m *meter, seed uint64, shrink bool) *model.Trace {
	p := forgopter.Prop(t.profile, m.meterSubjects(t.impl), func(o *props.Options) {
		o.Certify = -1
		if !shrink {
			o.Tries = -1
		}
	})
	// One check is one trace, and what fails ends the checks.
	before := 0
	r := checkProp(func(params *gopter.GenParameters) *gopter.PropResult {
		before = m.cost.traces
		return p(params)
	}, m, seed, shrink)
	if r == nil {
		return nil
	}
	m.failedTrace = before + 1
	shrunk, _ := r.Args[0].Arg.(*model.Trace)
	return shrunk
}

// huntRun hunts with the engine itself, as Check and the command run it, without the corpus. It
// shrinks with the certificate.
func huntRun(t *task, m *meter, seed uint64, shrink bool) *model.Trace {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	m.stop = stop
	var shrunk *model.Trace
	o := props.Options{Seed: seed, N: 1 << 40, NoCorpus: true, Sweep: -1, Tries: -1, Certify: -1, Found: func(f *props.Finding) {
		if f.Verdict == model.FAILED && shrunk == nil {
			shrunk = f.Shrunk
			m.failedTrace = m.cost.traces - f.Runs - f.Tries // as long as it is neither shrunk nor certified
			stop()
		}
	}}
	if shrink {
		o.Tries, o.Certify = 0, 0
	}
	// Only ctx ends the run; a subject in this process has no other trouble.
	_, _ = props.Run(ctx, t.profile, m.meterSubjects(t.impl), o)
	return shrunk
}

// huntLoop hunts with one generator, one checker and one subject in a loop, the least that
// huntProp and huntRun can cost.
func huntLoop(t *task, m *meter, seed uint64, shrinks bool) *model.Trace {
	impl := m.meterSubjects(t.impl)
	gen, checker, subject := generate.New(impl.Info, generate.Options{}), model.NewChecker(t.profile, impl.Info), impl.New()
	var trace model.Trace
	for i := uint64(0); !m.exhausted; i++ {
		gen.Trace(seed, i, &trace)
		f := checker.Run(subject, &trace).Failure()
		if f == nil {
			continue
		}
		m.noteFailure()
		if !shrinks {
			return nil
		}
		class := f.Class()
		shrunk, _ := shrink.Trace(&impl.Info, trace.Clone(), func(c *model.Trace) bool {
			f := checker.RunIn(impl, c).Failure()
			return f != nil && f.Class() == class
		}, shrinkTries)
		return shrunk
	}
	return nil
}

// shrinkTries is the default of [props.Options].
const shrinkTries = 20_000
