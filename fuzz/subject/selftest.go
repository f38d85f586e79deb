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
// contain; if it is missing, the adapter is wrong and not the library. It may be the library if
// the list of known findings says that it breaks rule.
var honest = []struct{ ops, want, rule string }{
	{"ping 61\npong $1\nsettle\n", "  1 acked", "ack.exact"},
	{"recv-ping 70\nsettle\n", "  > pong ", "pong.owed"},                   // with what, is judged
	{"msg text 6869\nsettle\n", "  message text 6869", "message.received"}, // if messages are judged
	{"peer-close 1000\nsettle\n", "  > close 1000", "close.owed"},
	{"drop\nsettle\n", "  closed", "waiter.lost"},
}

// selfTest lets an adapter talk to an honest peer in every role, before any verdict is given on
// its subject. An adapter's mistake looks exactly like a finding.
func selfTest(ctx context.Context, impl *model.Implementation) error {
	knownOf := knownFailures(impl.Name, impl.Version)
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
			if trace == nil || strings.HasPrefix(h.ops, "msg ") && impl.Info.Sees&model.SeesMessages == 0 || slices.Contains(knownOf, h.rule) {
				continue
			}
			r, err := model.Check(ctx, model.RFC(), impl, trace)
			if err != nil {
				return fmt.Errorf("self-test of %s: %w", impl.Name, err)
			}
			if text := r.Transcript.String(); !strings.Contains(text, h.want) {
				return fmt.Errorf("self-test of %s: against an honest peer it does not show %q, so no verdict would mean anything; mend its adapter:\n%s",
					impl.Name, strings.TrimSpace(h.want), text)
			}
		}
	}
	return nil
}
