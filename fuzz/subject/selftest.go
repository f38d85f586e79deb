package subject

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// honest are conversations with an honest peer. Each has a line that the transcript must
// contain, if it shows what the line needs; if it is missing, the adapter is wrong and not
// the library.
var honest = []struct {
	ops, want string
	needs     model.Sees
}{
	{"ping 61\npong $1\nsettle\n", "  1 acked", model.SeesWaiters},
	{"recv-ping 70\nsettle\n", "  > pong ", model.SeesFrames}, // with what, is judged
	{"msg text 6869\nsettle\n", "  message text 6869", model.SeesMessages},
	{"peer-close 1000\nsettle\n", "  > close 1000", model.SeesFrames},
	{"drop\nsettle\n", "  closed", model.SeesClosed},
}

// selfTest lets an adapter talk to an honest peer in every role, before any verdict is given on
// its subject. An adapter's mistake looks exactly like a finding. What the list of known findings
// explains is the library's mistake.
func selfTest(ctx context.Context, impl *model.Implementation) error {
	for _, role := range []model.Role{model.Server, model.Client} {
		if impl.Info.Roles>>role&1 == 0 {
			continue
		}
		for _, h := range honest {
			t, err := text.ParseString(model.Version + "\nconfig role=" + role.String() + "\n" + h.ops)
			if err != nil {
				return err
			}
			trace := impl.Info.Adapt(t.Trace())
			if trace == nil || impl.Info.Sees&h.needs == 0 {
				continue
			}
			r, err := model.Check(ctx, model.RFC(), impl, trace)
			if err != nil {
				return fmt.Errorf("self-test of %s: %w", impl.Name, err)
			}
			if text := r.Transcript.String(); !strings.Contains(text, h.want) && !isKnownFailure(impl, r) {
				return fmt.Errorf("self-test of %s: against an honest peer it does not show %q, so no verdict would mean anything; mend its adapter:\n%s",
					impl.Name, strings.TrimSpace(h.want), text)
			}
		}
	}
	return nil
}

// isKnownFailure reports whether the first failure of a report is a known finding.
func isKnownFailure(impl *model.Implementation, r *model.Report) bool {
	f := r.Failure()
	return f != nil && slices.Contains(knownFailures(impl.Name, impl.Version), f.Class())
}
