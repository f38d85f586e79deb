package metamorphic

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

func TestLawful(t *testing.T) {
	for _, c := range []struct {
		reason string
		trace  string
		want   int
	}{
		{"nothing is wrong", "ping 61|pong $1|recv-ping 62|settle", 4},
		{"a control frame is too long", "recv-ping 61|recv-ping 61*126|settle", 1},
		{"an echo of what is too long", "ping 61*126|pong $1", 1},
		{"an extension of what the subject chooses may be too long", "ping *|pong $1+61", 1},
		{"nothing comes after a Close", "peer-close 1000|recv-ping 61", 1},
		{"a code that may not be sent", "peer-close 1005|settle", 0},
		{"nothing comes after the end", "eof|ping 61|pong 61", 2},
		{"a fragment of nothing", "settle|cont 61 fin", 1},
		{"a message in a message", "frag text 61|msg text 61|cont 61 fin", 1},
		{"a text that is not UTF-8", "msg text ff|settle", 0},
		{"a character is split over fragments", "frag text c3|recv-ping 61|cont a9 fin|settle", 4},
		{"half a character is left at the end of a message", "frag text c3|cont - fin|settle", 1},
		{"no text goes on like this", "settle|frag text c3|cont 61|cont 62 fin", 2},
		{"fragments of a binary message need not be UTF-8", "frag binary ff|cont fe fin|settle", 3},
		{"binary need not be", "msg binary ff|settle", 2},
		{"two frames at once", "raw 8981000000008a8100000000", 0},
		{"masked as it should be", "raw 898137fa213d56|settle", 2},
		{"in two pieces", "raw 8981|cancel 1|raw 37fa213d56|settle", 4},
		{"the second piece is missing", "settle|raw 8981|cancel 1|settle", 1},
		{"another frame comes between the pieces", "settle|raw 8981|pong 61|raw 37fa213d56", 1},
		{"the connection breaks between the pieces", "settle|raw 8981|drop", 1},
		{"a frame and the beginning of another", "raw 898137fa213d5689|settle|raw 8137fa213d56", 3},
		{"a frame and the beginning of another that never ends", "raw 898137fa213d5689|settle", 0},
		{"a reserved bit", "raw d98137fa213d56", 0},
	} {
		tr, err := text.ParseString(model.Version + "\n" + strings.ReplaceAll(c.trace, "|", "\n") + "\n")
		if err != nil {
			t.Fatalf("%s: %v", c.reason, err)
		}
		if got := legalPrefix(tr.Trace()); got != c.want {
			t.Errorf("%s: %s: got %d, want %d", c.reason, c.trace, got, c.want)
		}
	}
}
