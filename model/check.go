package model

import (
	"context"
	"errors"
	"slices"
)

// Check steps one trace on an implementation, in this process or elsewhere, and
// judges it by profile p. It stops at the first finding that is FAILED. The report
// has the transcript.
func Check(ctx context.Context, p Profile, impl *Implementation, t *Trace) (*Report, error) {
	c := NewChecker(p, impl.Info)
	c.Record = true
	if impl.Run == nil {
		return c.RunIn(impl, t), nil
	}
	c.Vantage = ByDriver
	for tr, err := range impl.Run(ctx, slices.Values([]*Trace{t})) {
		if err != nil {
			return nil, err
		}
		tr.Profile = p.Name
		return c.Judge(tr)
	}
	return nil, errors.New("the driver gave no transcript")
}

// RunIn is [Checker.Run] on a new subject of an implementation in this process,
// inside of what it needs around it.
func (c *Checker) RunIn(impl *Implementation, t *Trace) *Report {
	var r *Report
	run := func() { r = c.Run(impl.New(), t) }
	if impl.Around != nil {
		impl.Around(run)
	} else {
		run()
	}
	r.name(impl)
	return r
}

func (r *Report) name(impl *Implementation) {
	if r.Transcript != nil {
		r.Transcript.Subject, r.Transcript.Version = impl.Name, impl.Version
	}
}

// Judge judges a transcript by profile p: what a subject that can do and show
// what info says did elsewhere. It goes on after any finding.
func Judge(p Profile, info Info, t *Transcript, from Vantage) (*Report, error) {
	c := NewChecker(p, info)
	c.GoOn, c.Record, c.Vantage = true, true, from
	return c.Judge(t)
}
