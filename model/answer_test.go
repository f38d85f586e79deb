package model_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// However many Pings wait, and in whatever order they are answered, all answers are
// right; and the memory for them is bounded.
func TestAnswersOfManyPings(t *testing.T) {
	for _, n := range []int{model.MaxExcused, model.MaxExcused + 36, 2 * model.MaxOwed} {
		var pings, answers strings.Builder
		for i := range n {
			fmt.Fprintf(&pings, "recv-ping %04x\n", i)
			fmt.Fprintf(&answers, "  > pong %04x\n", n-1-i)
		}
		r := judgeText(t, model.Version+"\nblock\n"+pings.String()+"resume\n"+answers.String()+"settle\n")
		if r.Verdict != model.OK {
			t.Errorf("%d Pings answered from the newest to the oldest: %s", n, model.VerdictLines(r))
		}
		r = judgeText(t, model.Version+"\nblock\n"+pings.String()+"resume\nsettle\n")
		if f := r.Failure(); f == nil || f.Rule.String() != "pong.owed" {
			t.Errorf("%d Pings that are not answered: %s", n, model.VerdictLines(r))
		}
	}
}
