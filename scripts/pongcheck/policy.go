package main

import (
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// policyProbes are conversations in which the policies of acknowledging differ.
var policyProbes = []string{
	"ping 61\nping 62\nping 63\npong $2\nsettle\n",
	"ping 61\nping 62\nping 63\npong $3\nsettle\n",
	"ping 61\nping 62\npong $1\nsettle\n",
}

// observePolicy runs the probes and returns the policy of acknowledging that the subject
// shows, whatever its documentation says: "exact", "exact or latest", "mixed", "not seen"
// if no outcome distinguished them, or "nothing by itself" if the library tracks no pings.
func observePolicy(ctx context.Context, impl *model.Implementation) (string, error) {
	if impl.Info.Untracked {
		return "nothing by itself", nil // the adapter waits in its place
	}
	seen, told := model.AllPolicies, false
	for _, ops := range policyProbes {
		t, err := text.ParseString(model.Version + "\n" + ops)
		if err != nil {
			return "", err
		}
		trace := impl.Info.Adapt(t.Trace())
		if trace == nil {
			continue
		}
		r, err := model.Check(ctx, model.RFC(), impl, trace)
		if err != nil {
			return "", fmt.Errorf("find the policy of %s: %w", impl.Name, err)
		}
		if r.PolicyObserved {
			seen, told = seen&r.Policies, true
		}
	}
	if !told {
		return "not seen", nil
	}
	return seen.String(), nil
}
