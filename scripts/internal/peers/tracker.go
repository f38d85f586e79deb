package peers

import "github.com/pongcheck/pongcheck/model"

// Tracker is the reference with a policy. A payload that is pending already is
// refused by a policy that looks payloads up in a table.
func Tracker(p model.Policy) model.Subject {
	profile := model.Profile{Name: p.String(), Policy: p, Equals: model.EqualsSent}
	if p == model.UpTo || p == model.Exact {
		profile.Equals = model.EqualsRefused
	}
	return model.NewState(profile, model.Everything())
}
