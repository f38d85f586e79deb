package shrink

import (
	"slices"
	"testing"

	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func TestTrades(t *testing.T) {
	for _, c := range []struct{ reason, trace, want string }{
		{"a longer payload in place of settle", "recv-ping ff|settle", "recv-ping 616161ff"},
		{"a refused ping in place of one that was answered", "ping 61|pong $1|cancel 1", "ping 61*126|cancel 1"},
		{"an equal payload in place of another ping", "ping *|ping *|ping 32", "ping *|ping $1"},
		{"a keepalive's ping in place of the application's", "config keepalive=20s/20s|advance 20s|ping 61|pong $1|advance 20s",
			"config keepalive=20s/20s|advance 20s|pong $k1|advance 20s"},
		{"a keepalive's waiter", "config keepalive=20s/20s|advance 20s|ping 61|cancel 1|pong $k1", "config keepalive=20s/20s|advance 20s|cancel k1|pong $k1"},
		{"one read in place of two", "config role=client|raw 8961|recv-ping 61|eof", "config role=client|raw 8961890161|eof"},
		{"the later place", "config role=client|block|raw 8901|msg-send binary 61|pong 61|resume", "config role=client|block|msg-send binary 61|raw 89018a0161|resume"},
		{"cut where it was", "config role=client|raw 8a036162|raw 63", "config role=client cut=4|raw 8a03616263"},
	} {
		tr := propstest.ParseTrace(t, c.trace)
		var d editor
		var got []string
		for e := range tradeOps(tr) {
			if e := e(&d, tr); e != nil {
				got = append(got, propstest.OneLine(e))
			}
		}
		if !slices.Contains(got, c.want) {
			t.Errorf("%s: %s is not among\n%q", c.reason, c.want, got)
		}
		if was := propstest.ParseTrace(t, c.trace).String(); tr.String() != was {
			t.Errorf("%s: the trace became %s", c.reason, propstest.OneLine(tr))
		}
	}
}
