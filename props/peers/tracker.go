package peers

import "github.com/pongcheck/pongcheck/model"

// Tracker is the reference with a policy. A payload that is pending already is
// refused where payloads are compared.
func Tracker(p model.Policy) model.Subject {
	profile := model.Profile{Name: p.String(), Policy: p, Equals: model.EqualsRefused}
	if p == model.AnyPong || p == model.Counter {
		profile.Equals = model.EqualsSent
	}
	return model.NewState(profile, model.Everything())
}
