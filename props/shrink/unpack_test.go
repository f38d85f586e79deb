package shrink

import (
	"testing"

	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func TestUnpack(t *testing.T) {
	for _, c := range []struct {
		reason, trace string
		want          string // every frame by an op of its own; "" if there is none
		length        int
	}{
		{"no raw bytes", "recv-ping 61|settle", "", 2},
		{"two pings in one read", "raw 898137fa213d56898137fa213d55", "recv-ping 61|recv-ping 62", 2},
		{"any masking key", "raw 89816161616100", "recv-ping 61", 1},
		{"towards a client nothing is masked", "config role=client|raw 8a0161890261628101618202016102016180016189", "config role=client|pong 61|recv-ping 6162|msg text 61|msg binary 0161|frag binary 61|cont 61 fin|raw 89", 7},
		{"what is unfinished stays", "raw 898137fa213d5689", "recv-ping 61|raw 89", 2},
		{"an illegal frame stays, and what follows", "raw 898137fa213d56c980616161618980000000ff", "recv-ping 61|raw c980616161618980000000ff", 3},
		{"a longer form of the length is not what an op sends", "raw 89fe000161616161", "", 1},
		{"an unmasked frame is not either", "raw 890161", "", 1},
		{"no bytes", "raw -", "", 1},
		{"frames that are cut into two ops", "raw 898137fa213d|raw 568a8037fa213d8a8037fa213d", "", 4},
		{"what is cut and unfinished", "raw 8981|raw 37fa", "", 2},
	} {
		tr := propstest.ParseTrace(t, c.trace)
		if n := Length(tr); n != c.length {
			t.Errorf("%s: length %d, want %d", c.reason, n, c.length)
		}
		got := ""
		var d editor
		for e := range unpackFrames(tr) {
			if u := e(&d, tr); u != nil {
				got = propstest.OneLine(u)
			}
			break // the first one has all frames
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", c.reason, got, c.want)
		}
	}
}
