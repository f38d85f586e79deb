package main

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// The reference itself, told to have each policy, is seen to have it.
func TestPolicySeen(t *testing.T) {
	for p, want := range map[model.Policy]string{
		model.UpTo:    "up-to",
		model.Exact:   "exact",
		model.AnyPong: "any-pong",
		model.Counter: "counter",
	} {
		impl := &model.Implementation{Name: want, Info: model.Everything(), New: func() model.Subject {
			return model.NewState(model.Profile{Name: want, Policy: p, Equals: model.EqualsSent, Sends: true}, model.Everything())
		}}
		if got, err := observePolicy(t.Context(), impl); got != want || err != nil {
			t.Errorf("a subject that is %s is seen as %q, %v", want, got, err)
		}
	}
}
