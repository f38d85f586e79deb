package model_test

import (
	"fmt"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// More pings than a set of places holds are judged as fewer are: what a Pong makes due, and what
// it cannot acknowledge.
func TestACrowdOfPings(t *testing.T) {
	acked := func(from, to int) (lines string) {
		for n := from; n <= to; n++ {
			lines += fmt.Sprintf("  %d acked\n", n)
		}
		return lines
	}
	for _, c := range []struct {
		policy              model.Policy
		pong, outcome, want string
	}{
		{model.Exact, "pong $50\n", acked(50, 50), ""},
		{model.Exact, "pong $50\n", "", "ack.exact"},
		{model.Exact, "pong $50\n", acked(51, 51), "ack.policy"},
		{model.Exact, "pong ffff\n", "", ""},
		{model.Exact, "ping $50\n  > ping 31\npong $50\n", acked(50, 50), ""},
		{model.Exact, "ping $50\n  > ping 31\npong $50\n", acked(101, 101), ""},
		{model.Exact, "ping $50\n  > ping 31\npong $50\n", "", "ack.exact"},
		{model.Exact, "cancel 50\n  50 cancelled\npong $50\n", "", ""},
		{model.UpTo, "pong $70\n", acked(1, 70), ""},
		{model.UpTo, "pong $70\n", acked(1, 69), "ack.policy"},
		{model.UpTo, "pong $70\n", acked(2, 70), "ack.policy"},
		{model.UpTo, "pong $70\n", acked(1, 71), "ack.policy"},
		{model.UpTo, "block\nping 8888\npong 8888\n", acked(1, 100), ""},
		{model.AnyPong, "pong ffff\n", acked(1, 100), ""},
		{model.AnyPong, "pong ffff\n", acked(1, 99), "ack.policy"},
		{model.Counter, "pong $70\n", acked(1, 1), ""},
		{model.Counter, "pong $70\n", "", "ack.policy"},
		{model.Latest, "pong $100\n", acked(100, 100), ""},
		{model.Latest, "pong $100\n", "", "ack.policy"},
		{model.Latest, "pong $99\n", "", ""},
		{model.OpenPolicy, "pong $70\n", acked(1, 70), ""},
		{model.OpenPolicy, "pong $70\n", "", "NON-STRICT ack.exact"},
	} {
		trace := model.Version + "\n"
		for n := 1; n <= 100; n++ {
			trace += fmt.Sprintf("ping %02x\n  > ping %02[1]x\n", n-1)
		}
		tr, err := text.ParseString(trace + c.pong + c.outcome + "settle\n")
		if err != nil {
			t.Fatal(err)
		}
		r, err := model.Judge(model.Profile{Name: c.policy.String(), Policy: c.policy}, model.Everything(), tr, model.InProcess)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if f := r.Failure(); f != nil {
			got = f.Rule.String()
		} else if r.Verdict == model.NonStrict {
			got = "NON-STRICT " + r.Findings[0].Rule.String()
		}
		if got != c.want {
			t.Errorf("%v: %sand %.60q: got %q, want %q", c.policy, c.pong, c.outcome, got, c.want)
		}
	}
}
