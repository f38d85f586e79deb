package harness

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// A conversation is a transcript, and why it must come out like that.
type conversation struct{ why, want string }

var conversations = []conversation{
	{"a ping that waits is acknowledged at its pong, and says when", `
ping 61
  > ping 61
advance 20s
pong 61
  1 acked @20s
end
  closed @20s
`},
	{"the payload that the subject chose stands in its frame", `
ping *
  > ping 31
ping *
  > ping 32
pong 32
  2 acked
cancel 1
  1 cancelled
cancel 1
end
  closed
`},
	{"a call that fails before its frame has left is no waiter", `
ping 61*126
  1 error too-long
ping 61
  > ping 61
ping 61
  3 error duplicate
drop
  2 failed closed EOF
  closed
ping 62
  4 error closed use_of_closed_network_connection
end
`},
	{"what stalls has not left; it leaves in order, or is cancelled with its ping", `
block
ping 61
recv-ping 62
advance 1s
resume
  > ping 61 @1s
  > pong 62 @1s
pong 61
  1 acked @1s
end
  closed @1s
`},
	{"writes that stall fail when the transport breaks", `
block
ping 61
send-pong 62
drop
  1 error closed connection_reset_by_peer
  error closed connection_reset_by_peer
  closed
resume
end
`},
	{"the peer's end is the end of what can be read, not of what can be written", `
eof
  > eof
  closed
recv-ping 61
msg-send text 61
  error closed use_of_closed_network_connection
end
`},
	{"a message comes as it is, a close ends the connection", `
msg text 61*126
  message text 61*126
msg binary -
  message binary -
peer-close 1001
  > close 1001
  > eof
  closed
end
`},
	{"a close without a code stays one", `
close
  > close 1000
close 4000
  > close 4000
peer-close
  > close -
  > eof
  closed
end
`},
	{"two waiters that fail together are reported in the order of their numbers", `
ping 62
  > ping 62
ping 61
  > ping 61
ping 60
  > ping 60
drop
  1 failed closed EOF
  2 failed closed EOF
  3 failed closed EOF
  closed
end
`},
	{"a panic of a call is a crash, and the connection goes on", `
msg-send text "panic"
  ! Send string: told so
recv-ping 61
  > pong 61
end
  closed
`},
	{"a call that has not come back is silent until it does", `
msg-send text "stuck until the end"
settle
eof
  > eof
  error closed use_of_closed_network_connection
  closed
end
`},
	{"a Ping that no op asked for is one, and no call's", `
msg-send text "ping"
  > ping -
ping 61
  > ping 61
pong -
end
  1 failed closed EOF
  closed
`},
	{"fragments, pongs and bytes reach the subject", `
frag text 61
  message text 61
pong 62
cont 62
  message binary 62
cont 63 fin
  message binary 63
raw -
end
  closed
`},
	{"what the subject cannot do keeps its number and changes nothing", `
msg text 61 z
  unsupported
cancel k1
  unsupported
cancel 7
end
  closed
`},
}

func TestConversations(t *testing.T) {
	for _, c := range conversations {
		for _, config := range []string{"", "config role=client\n", "config cut=1\n", "config role=client cut=2\n"} {
			for range 5 {
				tr := parse(t, config+c.want)
				want := tr.String()
				Bubble(func() { step(Subject(openToy)(), tr) })
				if got := tr.String(); got != want {
					t.Errorf("%s: got\n%swant\n%s", c.why, got, want)
				}
			}
		}
	}
}

// play steps the ops of a trace through a subject in a bubble, and gives the
// transcript, without its version line.
func play(t testing.TB, open func(*Host) (Endpoint, error), trace string) string {
	t.Helper()
	tr := parse(t, trace)
	Bubble(func() { step(Subject(open)(), tr) })
	_, text, _ := strings.Cut(tr.String(), "\n")
	return text
}

func parse(t testing.TB, transcript string) *model.Transcript {
	t.Helper()
	tr, err := text.ParseString(model.Version + "\n" + transcript)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// step puts what s does in place of the outcomes of tr, which has no relations.
func step(s model.Subject, tr *model.Transcript) {
	var opened model.Outcome
	s.Step(&model.Event{Kind: model.Open, Config: &tr.Config}, &opened)
	pings := 0
	for i := range tr.Steps {
		op, out := tr.Steps[i].Op, &tr.Steps[i].Outcome
		ev := model.Event{Kind: op.Kind, Join: i+1 < len(tr.Steps) && op.Joins(&tr.Steps[i+1].Op), Keep: op.Keep, Text: op.Text, Z: op.Z, Fin: op.Fin, N: op.N, Data: op.Data.Lit, Time: op.Time}
		if op.Kind == model.Ping {
			pings++
			ev.N, ev.Chosen = pings, op.Data.Form == model.Chosen
		}
		*out = model.Outcome{}
		s.Step(&ev, out)
	}
	tr.End, tr.Ended = opened, true // so that a failed opening shows
	s.Step(&model.Event{Kind: model.End}, &tr.End)
}
