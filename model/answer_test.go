package model

import (
	"fmt"
	"strings"
	"testing"
)

// However many Pings wait, and in whatever order they are answered, all answers are
// right; and the memory for them is bounded.
func TestAnswersOfManyPings(t *testing.T) {
	for _, n := range []int{maxExcused, maxExcused + 36, 2 * maxOwed} {
		var pings, answers strings.Builder
		for i := range n {
			fmt.Fprintf(&pings, "recv-ping %04x\n", i)
			fmt.Fprintf(&answers, "  > pong %04x\n", n-1-i)
		}
		r := judgeText(t, Version+"\nblock\n"+pings.String()+"resume\n"+answers.String()+"settle\n")
		if r.Verdict != OK {
			t.Errorf("%d Pings answered from the newest to the oldest: %s", n, verdictLines(r))
		}
		r = judgeText(t, Version+"\nblock\n"+pings.String()+"resume\nsettle\n")
		if f := r.Failure(); f == nil || f.Rule != pongOwed {
			t.Errorf("%d Pings that are not answered: %s", n, verdictLines(r))
		}
	}
}
