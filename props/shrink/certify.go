package shrink

import (
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/model"
)

// Certificate says that nothing shorter shows the failure: every trace of at
// most Below ops over Alphabet was run, Traces of them, and passes or fails in
// another way.
type Certificate struct {
	Alphabet Alphabet
	Below    int
	Traces   int
	Whole    bool // nothing shorter is left out: Below is one op less than the shrunk trace has
}

// String is one line: what was tried, and how far that reaches.
func (c *Certificate) String() string {
	if c.Below < 0 {
		return "none shorter: it has no ops"
	}
	if c.Whole {
		return fmt.Sprintf("none shorter: all %d traces of up to %d ops from {%s} were tried", c.Traces, c.Below, c.Alphabet)
	}
	return fmt.Sprintf("none of up to %d ops: %d traces from {%s} were tried, and the budget was used up", c.Below, c.Traces, c.Alphabet)
}

// Certify looks for a trace that is shorter than t and for which fails is true. It
// returns that trace, or the certificate that there is none: over [AlphabetOf] t, or,
// where that is too much to run, over the ops of t alone. It runs at most that many
// traces over either. fails must not keep the trace.
func Certify(ctx context.Context, t *model.Trace, info model.Info, most int, fails func(*model.Trace) bool) (shorter *model.Trace, c *Certificate, err error) {
	wide := AlphabetOf(t, info)
	for _, a := range [...]Alphabet{wide, wide.restrictedTo(t)} {
		s := newEnumeration(ctx, a, most, fails)
		s.runUpTo(Length(t) - 1)
		if s.Failed != nil || s.err != nil {
			return s.Failed, nil, s.err
		}
		if c == nil || !s.spent {
			c = &Certificate{Alphabet: s.alphabet, Below: s.Depth, Traces: s.Traces, Whole: !s.spent}
		}
		if c.Whole {
			break
		}
	}
	return nil, c, nil
}
