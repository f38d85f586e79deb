package peers

import "github.com/pongcheck/pongcheck/model"

// Tracker returns the reference model with a policy. A policy that looks payloads up in a
// table refuses a ping whose payload is pending.
func Tracker(p model.Policy) model.Subject {
	profile := model.Profile{Name: p.String(), Policy: p, Equals: model.EqualsSent}
	if p == model.UpTo || p == model.Exact {
		profile.Equals = model.EqualsRefused
	}
	return model.NewState(profile, model.Everything())
}
