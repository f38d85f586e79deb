package main

import (
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/metamorphic"
)

// tryProperty tries a property in every way on a trace, and prints what violates it.
func (r *replay) tryProperty(s *session, t *target, impl *model.Implementation, name string, p model.Profile, trace *model.Trace) error {
	x, ok := metamorphic.Find(r.property)
	if !ok {
		return usageError{"replay", fmt.Sprintf("unknown property %q%s", r.property, didYouMean(r.property, propertyNames()))}
	}
	began := time.Now()
	result, err := props.RunProperty(s.ctx, x, p, impl, props.Options{First: []props.Named{{Name: name, Trace: trace}}, N: -1, Tries: -1})
	switch {
	case err != nil:
		return fmt.Errorf("replay %s on %s: %w", name, t, err)
	case len(result.Tallies) == 0:
		return fmt.Errorf("replay %s: the property %s is not asked of %s under the profile %s", name, x.Name, t, p.Name)
	case result.Tallies[0].Compared == 0:
		return fmt.Errorf("replay %s: the property %s cannot be tried on it", name, x.Name)
	}
	s.status.ran = true
	l := verdictLine{Head: headOf("verdict"), Subject: t.Name, Version: impl.Version, Profile: p.Name, File: name,
		Verdict: model.OK, Rules: map[string]model.Verdict{}, Traces: 1, Ops: len(trace.Ops), Seconds: time.Since(began).Seconds()}
	var found []*finding
	for i := range result.Findings {
		f := newFinding(t, &result.Findings[i])
		found = append(found, f)
		l.Verdict = max(l.Verdict, f.Verdict)
	}
	l.Properties = propertiesOf(result.Tallies, found)
	s.printVerdict(&l, found, fmt.Sprintf("%s: %s, %s, profile %s, property %s, %d experiments", name, s.out.paintVerdict(l.Verdict, l.Verdict.String()),
		t, p.Name, x.Name, l.Properties[x.Name].Experiments), "", r.json)
	return nil
}

func propertyNames() (names []string) {
	for _, p := range metamorphic.All() {
		names = append(names, p.Name)
	}
	return names
}
