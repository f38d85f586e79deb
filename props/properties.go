package props

import (
	"context"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

const (
	// Of the generated traces of a run each property gets one in so many: cheapPart if
	// the subject is called directly, dearPart if not.
	directPart   = 10
	indirectPart = 20

	// propertyTries is the part of the tries of a shrink that a property gets, as it
	// tries a trace in every way.
	propertyTries = 10
)

// RunProperties tries every property that is true of a subject with this info under
// profile p: first on o.First, each in every way, and then on generated traces, as
// many for each property as a tenth of o.N (a twentieth behind a bubble or a driver),
// each in one way. Of each property it keeps and shrinks the first violation of each
// verdict; one that is FAILED ends the property.
//
// It leaves out a violation in whose runs p itself is FAILED for one of the classes in
// known, which are those of [model.Finding.RuleClass]: that is the same bug seen twice. The result is never nil; it has the tallies
// and the findings. Errors are those of [Run].
func RunProperties(ctx context.Context, p model.Profile, impl *model.Implementation, o Options, known ...string) (*Result, error) {
	result := &Result{Verdict: model.OK}
	for _, x := range metamorphic.All() {
		r, err := RunProperty(ctx, x, p, impl, o, known...)
		result.Verdict = max(result.Verdict, r.Verdict)
		result.Findings = append(result.Findings, r.Findings...)
		result.Tallies = append(result.Tallies, r.Tallies...)
		if err != nil {
			return result, err
		}
	}
	return result, nil
}

// RunProperty is [RunProperties] for x alone. There is no tally if x is not asked of
// impl.
func RunProperty(ctx context.Context, x metamorphic.Property, p model.Profile, impl *model.Implementation, o Options, known ...string) (*Result, error) {
	o = o.withDefaults(impl)
	part := directPart
	if impl.Around != nil || impl.Run != nil {
		part = indirectPart
	}
	trial := metamorphic.Trial{Property: x, Profile: p, Implementation: impl, Seed: o.Seed, N: o.N / part, Generate: o.shape(),
		Tries: o.Tries / propertyTries, Known: known,
		Stored: func(yield func(string, *model.Trace) bool) {
			for _, n := range o.First {
				if !yield(n.Name, n.Trace) {
					return
				}
			}
		}}
	found, tally, err := trial.Run(ctx)
	result := &Result{Verdict: model.OK}
	if tally != nil {
		result.Tallies = metamorphic.Tallies{*tally}
	}
	for i := range found {
		result.addFinding(newViolation(&found[i], p, impl, o.Seed))
	}
	return result, err
}

func newViolation(f *metamorphic.Found, p model.Profile, impl *model.Implementation, seed uint64) *Finding {
	vantage := model.InProcess
	if impl.Run != nil {
		vantage = model.ByDriver
	}
	return &Finding{Verdict: f.Verdict, Certainty: f.Certainty, Vantage: vantage, Implementation: impl, Profile: p,
		Name: f.Name, Seed: seed, Index: f.Index, Original: f.Original, Shrunk: f.Shrunk, Tries: f.Tries, Violation: &f.Violation}
}
