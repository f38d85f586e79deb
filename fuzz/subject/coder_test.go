package subject

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// The self-test of the adapter: what coder does beyond doubt. A mistake of an
// adapter looks exactly like a finding.
var coderConversations = []struct{ why, want string }{
	{"an honest peer: each pong wakes its ping", `
ping *
  > ping 31
pong $1
  < 31
  1 acked
ping *
  > ping 32
advance 20s
pong $2
  < 32
  2 acked @20s
settle
end
  closed @20s
`},
	{"a waiter that is cancelled resolves once, and costs nothing else", `
ping *
  > ping 31
cancel 1
  1 cancelled
pong $1
  < 31
cancel 1
ping *
  > ping 32
pong $2
  < 32
  2 acked
end
  closed
`},
	{"two pings answered in order", `
ping *
  > ping 31
ping *
  > ping 32
pong $1
  < 31
  1 acked
pong $2
  < 32
  2 acked
end
  closed
`},
	{"two pings and only the newest answered: coder matches exactly, so the first starves", `
ping *
  > ping 31
ping *
  > ping 32
pong $2
  < 32
  2 acked
pong $2[:0]
  < -
pong $2+00
  < 3200
drop
  1 failed closed use_of_closed_network_connection
  closed
end
`},
	{"our close: nothing is sent after it, and the waiter fails when the peer's comes", `
ping *
  > ping 31
close 1001
  > close 1001
ping *
  2 error closed use_of_closed_network_connection
pong $2
  < -
peer-close 1001
  > eof
  1 failed closed use_of_closed_network_connection
  told 1001
  closed
end
`},
	{"the peer's close is echoed, and ends the connection", `
ping *
  > ping 31
peer-close 1000
  > close 1000
  > eof
  1 failed closed use_of_closed_network_connection
  told 1000
  closed
ping *
  2 error closed use_of_closed_network_connection
close
  error closed use_of_closed_network_connection
end
`},
	{"pings of the peer come back whole, between fragments too", `
recv-ping 0d900f00
  > pong 0d900f00
recv-ping -
  > pong -
frag text "a"
recv-ping 62*125
  > pong 62*125
cont "b" fin
  message text 6162
msg-send binary 63
  > binary 63
end
  closed
`},
	{"writes that stall go on in order, and time out after 5 seconds", `
block
ping *
recv-ping 61
resume
  > ping 31
  > pong 61
block
ping *
advance 5s
  > eof @5s
  1 failed closed use_of_closed_network_connection @5s
  2 error timeout context_deadline_exceeded @5s
  closed @5s
end
`},
	{"the transport ends", `
ping *
  > ping 31
eof
  > eof
  1 failed closed use_of_closed_network_connection
  closed
end
`},
	{"what coder cannot do", `
ping 61
  unsupported
ping *
  > ping 31
send-pong 61
  unsupported
end
  2 failed closed use_of_closed_network_connection
  closed
`},
}

func TestCoder(t *testing.T) {
	for _, c := range coderConversations {
		for _, config := range []string{"", "config role=client\n", "config cut=1\n", "config role=client deflate=takeover\n"} {
			want := parse(t, config+c.want).String()
			for range 20 {
				if got := play(t, newCoder(), config+c.want); got != want {
					t.Fatalf("%s: got\n%swant\n%s", c.why, got, want)
				}
			}
		}
	}
}

func TestCoderCompresses(t *testing.T) {
	const trace = "frag text \"hello hello\" z\nrecv-ping 61\n  > pong 61\ncont \" hello\" fin\n" +
		"  message text 68656c6c6f2068656c6c6f2068656c6c6f\nmsg text \"hello\"\n  message text 68656c6c6f\nend\n  closed\n"
	for _, config := range []string{"config deflate=takeover\n", "config deflate=reset\n", "config role=client deflate=reset\n"} {
		want := parse(t, config+trace).String()
		if got := play(t, newCoder(), config+trace); got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	}
}

func BenchmarkCoder(b *testing.B) {
	for _, role := range []string{"server", "client"} {
		for _, pings := range []string{"0", "10", "100"} {
			n := map[string]int{"0": 0, "10": 10, "100": 100}[pings]
			b.Run("role="+role+"/pings="+pings, func(b *testing.B) { benchmarkCoder(b, role, n) })
		}
	}
}

// benchmarkCoder counts a ping and its pong as two ops, and includes the opening
// and the end of the connection.
func benchmarkCoder(b *testing.B, role string, pings int) {
	impl := newCoder()
	tr := parse(b, "config role="+role+"\n"+strings.Repeat("ping *\npong -\n", pings))
	for i := range pings {
		tr.Steps[2*i+1].Op.Data = model.EchoOf(i + 1)
	}
	b.ReportAllocs()
	for b.Loop() {
		impl.Around(func() { step(impl.New(), tr) })
	}
	b.ReportMetric(float64(b.N*2*pings)/b.Elapsed().Seconds(), "ops/s")
}

// play steps the ops of a trace through impl and gives the transcript.
func play(t testing.TB, impl *model.Implementation, trace string) string {
	t.Helper()
	tr := parse(t, trace)
	impl.Around(func() { step(impl.New(), tr) })
	return tr.String()
}

func parse(t testing.TB, trace string) *model.Transcript {
	t.Helper()
	tr, err := text.ParseString(model.Version + "\n" + trace)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// step puts what s does in place of the outcomes of tr.
func step(s model.Subject, tr *model.Transcript) {
	tr.End.Reset()
	s.Step(&model.Event{Kind: model.Open, Config: &tr.Config}, &tr.End) // a failed opening shows at the end
	var pings []string                                                  // their payloads, by number
	for i := range tr.Steps {
		st := &tr.Steps[i]
		ev := event(&st.Op, pings)
		if st.Related = st.Op.Data.Relation(); st.Related {
			st.Became = ev.Data
		}
		if st.Op.Kind == model.Ping {
			pings = append(pings, ev.Data)
			ev.N = len(pings)
		}
		st.Outcome.Reset()
		s.Step(&ev, &st.Outcome)
		if ev.Chosen && len(st.Outcome.Frames) > 0 {
			pings[ev.N-1] = st.Outcome.Frames[0].Data
		}
	}
	s.Step(&model.Event{Kind: model.End}, &tr.End)
	tr.Ended = true
}

// event resolves the relations that stand in the conversations above.
func event(op *model.Op, pings []string) model.Event {
	ev := model.Event{Kind: op.Kind, Keep: op.Keep, Text: op.Text, Z: op.Z, Fin: op.Fin, N: op.N, Time: op.Time, Data: op.Data.Lit}
	ev.Chosen = op.Data.Form == model.Chosen
	if !op.Data.Relation() || op.Data.Ref > len(pings) {
		return ev
	}
	switch target := pings[op.Data.Ref-1]; op.Data.Form {
	case model.Echo:
		ev.Data = target
	case model.Prefix:
		ev.Data = target[:min(op.Data.N, len(target))]
	case model.Extended:
		ev.Data = target + op.Data.Lit
	}
	return ev
}

// CloseRead answers the peer, and refuses messages by its documented code.
func TestCoderCloseRead(t *testing.T) {
	converse(t, newCoderCloseRead(), conversation{"control frames are handled, and a message ends the connection", `
recv-ping 61
  > pong 61
ping *
  > ping 31
pong $1
  < 31
  1 acked
msg text 61
  > close 1008 "unexpected data message"
advance 30s
  > eof @5s
  closed @20s
end
`})
}
