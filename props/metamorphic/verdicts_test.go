package metamorphic

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

func TestRefusedOtherwise(t *testing.T) {
	const sent = "ping 61|  > ping 61;"
	for _, c := range []struct {
		reason string
		a, b   string
		want   bool
	}{
		{"both are sent", sent + "ping 61|  > ping 61;end", sent + "ping 61|  > ping 61;end", false},
		{"one is refused", sent + "ping 61|  > ping 61;end", sent + "ping 61|  2 error duplicate;end", true},
		{"both are refused", sent + "ping 61|  2 error duplicate;end", sent + "settle;ping 61|  2 error duplicate;end", false},
		{"for other reasons", sent + "ping 61|  2 error duplicate;end", sent + "ping 61|  2 error too-long;end", true},
		{"another one is refused", "ping 61|  1 error other;ping 61|  > ping 61;end", sent + "ping 61|  2 error duplicate;end", true},
		{"one has ended", sent + "settle;ping 62|  > ping 62;end", sent + "settle|  closed;ping 62|  2 error closed;end", false},
		{"one ends with it", sent + "ping 62|  > ping 62;end", sent + "ping 62|  2 error closed|  > close 1000;end", false},
		{"a waiter fails", sent + "end|  1 failed closed", sent + "end|  1 acked 0s", false},
	} {
		if got := refusedOtherwise([]*model.Transcript{talkOf(t, c.a), talkOf(t, c.b)}); got != c.want {
			t.Errorf("%s: got %v\n%s\n%s", c.reason, got, c.a, c.b)
		}
	}
}

// When all is over, what is sent or acknowledged is worse than what is told late.
func TestOnlyTold(t *testing.T) {
	for _, c := range []struct {
		run  string
		want bool
	}{
		{"drop|  closed;settle;settle|  message text 61;end", true},
		{"drop|  closed;settle;settle|  latency 1s;end", true},
		{"drop|  closed;settle;settle|  message text 61;recv-ping 61|  > pong 61;end", false},
		{"drop|  closed;settle;end|  1 acked 0s", false},
		{"drop|  closed;settle;settle|  ! settle Oops: no", false},
	} {
		if got := onlyReportedLate(talkOf(t, c.run), 2); got != c.want {
			t.Errorf("%s: got %v", c.run, got)
		}
	}
}
