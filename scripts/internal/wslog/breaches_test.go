package wslog_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/wslog"
)

func TestBreachesAreCounted(t *testing.T) {
	var cut, constant, late strings.Builder
	cut.WriteString("= connection is OPEN\n")
	constant.WriteString("= connection is OPEN\n")
	late.WriteString("= connection is OPEN\n> CLOSE 1000 (OK) [2 bytes]\n")
	for i := range 57 {
		fmt.Fprintf(&cut, "> PING 'payload-%04d' [text, 12 bytes]\n< PONG 'payload-%03d' [text, 11 bytes]\n", i, i/10)
		fmt.Fprintf(&constant, "> PING 'payload-%04d' [text, 12 bytes]\n< PONG 'Hi!' [text, 3 bytes]\n", i)
		late.WriteString("> TEXT 'x' [1 byte]\n")
	}
	for _, tc := range []struct {
		name, log, rule string
		count, last     int
	}{
		{"cut Pongs", cut.String(), "pong.echo", 57, 115},
		{"a constant Pong", constant.String(), "pong.echo", 57, 115},
		{"data after the Close", late.String(), "send.after-close", 57, 59},
		{"Pings without an answer", "> PING 'a' [text, 1 byte]\n> PING 'b' [text, 1 byte]\n< PONG 'a' [text, 1 byte]\n> PING 'c' [text, 1 byte]\n", "pong.owed", 2, 4},
	} {
		l, err := wslog.Read(strings.NewReader(tc.log))
		if err != nil {
			t.Fatalf("%s: %v", tc.name, err)
		}
		found := false
		for _, r := range l.Judge() {
			for i := range r.Findings {
				if r.Findings[i].Rule.String() == tc.rule {
					found = true
					if got := r.Breaches[i]; got.Count != tc.count || got.Last != tc.last {
						t.Errorf("%s: want %d breaches of %s, the last in line %d, got %+v", tc.name, tc.count, tc.rule, tc.last, got)
					}
				}
			}
		}
		if !found {
			t.Errorf("%s: %s was not found", tc.name, tc.rule)
		}
	}
}
