package subject

import (
	"os"
	"regexp"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// conversation is what a library does beyond doubt. A mistake of an adapter looks
// exactly like a finding.
type conversation struct{ why, want string }

// converse has every conversation in each role and with input that is cut.
func converse(t *testing.T, impl *model.Implementation, conversations ...conversation) {
	t.Helper()
	var configs []string
	if impl.Info.Roles&model.ServerRole != 0 {
		configs = append(configs, "", "config cut=1\n")
	}
	if impl.Info.Roles&model.ClientRole != 0 {
		configs = append(configs, "config role=client\n", "config role=client cut=1\n")
	}
	for _, c := range conversations {
		for _, config := range configs {
			want := parse(t, config+c.want).String()
			for range 5 {
				if got := play(t, impl, config+c.want); got != want {
					t.Fatalf("%s, %s: got\n%swant\n%s", impl.Name, c.why, got, want)
				}
			}
		}
	}
}

var pinging = conversation{"each pong wakes its ping, and a waiter that is cancelled ends once", `
ping 61
  > ping 61
pong $1
  < 61
  1 acked
ping 0d900f00
  > ping 0d900f00
cancel 2
  2 cancelled
pong $2
  < 0d900f00
ping -
  > ping -
ping 62*125
  > ping 62*125
pong $3
  < -
  3 acked
pong $4[:124]
  < 62*124
pong $4
  < 62*125
  4 acked
settle
end
  closed
`}

var answering = conversation{"pings of the peer come back whole, between fragments too", `
recv-ping 0d900f00
  > pong 0d900f00
recv-ping -
  > pong -
frag text "a"
recv-ping 62*125
  > pong 62*125
pong 63
cont "b" fin
  message text 6162
msg-send binary 63
  > binary 63
send-pong 64
  > pong 64
end
  closed
`}

var peerCloses = conversation{"the peer's close is echoed, and ends the connection", `
peer-close 1000
  > close 1000
  > eof
  told 1000
  closed
msg-send text 61
  error closed use_of_closed_network_connection
end
`}

func TestGorilla(t *testing.T) {
	converse(t, newGorillaNext(), pinging, answering)
	converse(t, newGorilla(), pinging, answering,
		conversation{"after its close nothing is sent, and the peer's ends the connection", `
ping 61
  > ping 61
close 1001
  > close 1001
ping 62
  2 error closed websocket:_close_sent
recv-ping 63
msg-send text 61
  error closed websocket:_close_sent
pong $1
  < 61
  1 acked
peer-close 1001
  > eof
  told 1001
  closed
end
`},
		conversation{"a ping that is too long is refused", `
ping 61*126
  1 error too-long websocket:_invalid_control_frame
end
  closed
`},
		conversation{"a write that times out ends the connection, as in the library's examples", `
block
ping 61
msg-send text 61
advance 10s
  > eof @10s
  1 error timeout i/o_timeout @10s
  error timeout i/o_timeout
  closed @10s
end
`})
}

func TestGobwas(t *testing.T) {
	converse(t, newGobwas(), answering, peerCloses, conversation{"after our close no data is sent; the peer's is answered again", `
close 1001
  > close 1001
recv-ping 61
  > pong 61
msg-send text 61
  error closed use_of_closed_network_connection
peer-close 1001
  > close 1001
  > eof
  told 1001
  closed
end
`})
}

func TestGobwasMessages(t *testing.T) {
	converse(t, newGobwasMessages(), peerCloses, conversation{"pings come back whole, those among fragments with the message", `
recv-ping 0d900f00
  > pong 0d900f00
frag text "a"
recv-ping 62*125
cont "b" fin
  > pong 62*125
  message text 6162
msg-send binary 63
  > binary 63
send-pong 64
  > pong 64
end
  closed
`})
}

func TestGobwasControl(t *testing.T) {
	converse(t, newGobwasControl(), peerCloses, conversation{"messages are put together, and the library guards control frames", `
recv-ping -
  > pong -
frag text "a"
cont "b" fin
  message text 6162
send-pong 62*125
  > pong 62*125
send-pong 62*126
  error too-long control_frame_payload_overflow
close 1001
  > close 1001
msg-send text 61
  error closed use_of_closed_network_connection
end
  closed
`})
}

func TestGobwasReader(t *testing.T) {
	converse(t, newGobwasReader(), pinging, answering, peerCloses, conversation{"writes that stall go on in order, and a ping that comes in pieces holds up none", `
block
ping 61
recv-ping 62
msg-send text 63
resume
  > ping 61
  > pong 62
  > text 63
raw 898237fa
msg-send text 64
  > text 64
end
  1 failed closed use_of_closed_network_connection
  closed
`})
}

func TestGWS(t *testing.T) {
	closes := conversation{"our close ends the connection at once", `
ping 61
  > ping 61
close 1001
  > close 1001
  > eof
  1 failed closed use_of_closed_network_connection
  closed
ping 62
  2 error closed use_of_closed_network_connection
end
`}
	converse(t, newGWS(), pinging, answering, peerCloses, closes)
	converse(t, newGWSMessage(), pinging, answering, peerCloses, closes)
	converse(t, newGWSNext(), pinging, answering, peerCloses, closes)
}

func TestNBIO(t *testing.T) {
	converse(t, newNBIO(), pinging, answering,
		conversation{"the application sends no data after its own close", `
close 1001
  > close 1001
msg-send text 61
  error closed use_of_closed_network_connection
recv-ping 61
  > pong 61
end
  closed
`},
		conversation{"the connection lasts for a tenth of a second after the peer's close", `
ping 61
  > ping 61
peer-close 1000
  > close 1000
advance 1s
  > eof @100ms
  1 failed closed use_of_closed_network_connection @100ms
  closed @100ms
end
`},
		conversation{"writes that stall go on in order", `
block
ping 61
recv-ping 62
msg-send text 63
resume
  > ping 61
  > pong 62
  > text 63
end
  1 failed closed use_of_closed_network_connection
  closed
`})
}

func TestXNet(t *testing.T) {
	for _, impl := range []*model.Implementation{newXNet(), newXNetRead()} {
		converse(t, impl, conversation{"pings of the peer come back whole, between fragments too", `
recv-ping 0d900f00
  > pong 0d900f00
frag text "a"
recv-ping -
  > pong -
cont "b" fin
msg-send text 63
  > text 63
close
  > close 1000
  > eof
  closed
end
`}, conversation{"the peer's close is answered", `
peer-close 1001
  > close 1000
  > eof
  closed
end
`})
	}
}

// What is built in is what go.mod pins.
func TestLibraryVersions(t *testing.T) {
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, newSubject := range builtIn {
		impl := newSubject()
		path := moduleOf(impl.Name)
		pinned := regexp.MustCompile(regexp.QuoteMeta(path) + ` (\S+)`).FindSubmatch(mod)
		if pinned == nil || impl.Version != string(pinned[1]) {
			t.Errorf("%s of %q: built in is %s, pinned %s", impl.Name, path, impl.Version, pinned)
		}
	}
}

// Messages that are compressed arrive, with pings among their fragments.
func TestLibrariesCompress(t *testing.T) {
	const trace = "frag text \"hello hello\" z\nrecv-ping 61\n  > pong 61\ncont \" hello\" fin\n" +
		"  message text 68656c6c6f2068656c6c6f2068656c6c6f\nmsg text \"hello\"\n  message text 68656c6c6f\nend\n  closed\n"
	for _, tt := range []struct {
		impl    *model.Implementation
		configs []string
	}{
		{newGorilla(), []string{"config deflate=reset\n", "config role=client deflate=reset\n"}},
		{newGobwasReader(), []string{"config deflate=reset\n", "config role=client deflate=reset\n"}},
		{newGWS(), []string{"config deflate=reset\n", "config deflate=takeover\n", "config role=client deflate=takeover\n"}},
		{newNBIO(), []string{"config deflate=reset\n"}},
	} {
		for _, config := range tt.configs {
			want := parse(t, config+trace).String()
			if got := play(t, tt.impl, config+trace); got != want {
				t.Errorf("%s: got\n%swant\n%s", tt.impl.Name, got, want)
			}
		}
	}
}

// Pings, cancels and Pongs of many goroutines at once mix up nothing. (nbio has a known
// finding that would be found here, too.)
func TestLibrariesAtOnce(t *testing.T) {
	for _, impl := range []*model.Implementation{newGorilla(), newGobwasReader(), newGWS(), newHTTP2(), newHTTP2Server(), newYamux()} {
		t.Run(impl.Name, func(t *testing.T) {
			props.CheckConcurrent(t, model.RFC(), impl, func(o *props.Options) {
				o.NoFiles = true // a finding in a newest release stays out of the repository
				if o.N = 100; testing.Short() {
					o.N = 20
				}
			})
		})
	}
}
