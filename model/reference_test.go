package model

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// drawnKinds are the kinds that randomTrace draws from, the frequent ones more than once.
var drawnKinds = [64]Kind{
	Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping, Ping,
	Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong, Pong,
	Cancel, Cancel, Cancel, Cancel, Cancel, RecvPing, RecvPing, RecvPing, RecvPing, RecvPing, RecvPing,
	Advance, Advance, Advance, Advance, Settle, Settle, Settle, Close, PeerClose, Drop, EOF,
	Block, Resume, Raw, Msg, Frag, Frag, Cont, Cont, MsgSend, SendPong,
}

// drawnLiterals are the literal payloads that randomTrace draws from.
var drawnLiterals = []string{
	"", "a", "b", "c", "ab", "abc", "\x00", "a\x00", "\x0d\x90\x0f\x00", "\x0d\x90\x0f", "\xff", " a ", "1", "__proto__",
	"h\xc3\xa9", "\x80", "\n", "aa", strings.Repeat("a", 125), strings.Repeat("a", 126),
}

// randomTrace draws a small trace by itself, so that the model's tests need no
// generator from above.
func randomTrace(r *rand.Rand, n int) *Trace {
	t := &Trace{}
	if r.IntN(4) == 0 {
		t.Config.Role = Client
	}
	if r.IntN(8) == 0 {
		t.Config.Cut = 1 + r.IntN(3)
	}
	pings := 0
	payload := func() Payload {
		if pings > 0 && r.IntN(3) > 0 {
			ref := 1 + r.IntN(pings)
			switch r.IntN(8) {
			case 0:
				return PrefixOf(ref, r.IntN(4))
			case 1:
				return Payload{Form: Flipped, Ref: ref, N: r.IntN(16)}
			case 2:
				return Payload{Form: Extended, Ref: ref, Lit: "\x00"}
			}
			return EchoOf(ref)
		}
		return Bytes(drawnLiterals[r.IntN(len(drawnLiterals))])
	}
	for range n {
		o := Op{Kind: drawnKinds[r.IntN(len(drawnKinds))]}
		if closes := KindsOf(Close, PeerClose, Drop, EOF, Raw); closes.Has(o.Kind) && r.IntN(4) > 0 {
			o.Kind = Pong
		}
		switch {
		case o.Kind == Raw:
			raws := []string{"\x89", "\x89\x81\x37\xfa\x21\x3d\x56", "\x8b\x00", "\x89\x01a", "\x8a\x80\x37\xfa\x21\x3d", "\x81\x80\x37\xfa\x21\x3d"}
			o.Data = Bytes(raws[r.IntN(len(raws))])
		case o.Kind.HasPayload():
			o.Data = payload()
			o.Text = o.Kind.HasType() && r.IntN(2) == 0
			o.Fin = o.Kind == Cont && r.IntN(2) == 0
		case o.Kind == Cancel:
			o.N = 1 + r.IntN(9)
		case o.Kind == Advance:
			o.Time = time.Duration(r.IntN(5)) * time.Second
		case o.Kind == Close || o.Kind == PeerClose:
			o.N = 1000
		}
		if o.Kind == Ping {
			pings++
		}
		t.Ops = append(t.Ops, o)
	}
	t.Ops = append(t.Ops, Op{Kind: Resume}, Op{Kind: Settle})
	return t
}

// fixed are profiles that fix a policy, one for each.
func fixed() []Profile {
	var ps []Profile
	for p := UpTo; p < policies; p++ {
		ps = append(ps, Profile{Name: p.String(), Policy: p, Sends: true, Timed: true})
	}
	return append(ps, profiles[1].Profile, Profile{Name: "equals", Policy: UpTo, Equals: EqualsSent}, Profile{Name: "exact-equals", Policy: Exact, Equals: EqualsSent})
}

// The reference is right by its own rules: by its own profile, by the one that
// fixes nothing, and when every outcome is judged instead of compared.
func TestReferenceNeverFails(t *testing.T) {
	for _, p := range fixed() {
		for _, judge := range []Profile{p, RFC()} {
			c := NewChecker(judge, Everything())
			c.Record = true
			ref := NewState(p, Everything())
			for i := range 3000 {
				tr := randomTrace(rand.New(rand.NewPCG(1, uint64(i))), 2+i%40)
				if r := c.Run(ref, tr); r.Verdict == FAILED {
					t.Fatalf("reference %s by profile %s, trace %d: %s\n%s", p.Name, judge.Name, i, r.Failure().Sentence(), r.Transcript)
				}
			}
		}
	}
}

// Who starves is the same waiter by both ways: the older one.
func TestWhoStarves(t *testing.T) {
	p := Profile{Name: "exact", Policy: Exact, Sends: true}
	for _, judgeAll := range []bool{false, true} {
		c := NewChecker(p, Everything())
		c.judgeAll = judgeAll
		tr := &Trace{Ops: []Op{{Kind: Ping, Data: Bytes("a")}, {Kind: Ping, Data: Bytes("b")}, {Kind: Pong, Data: EchoOf(2)}}}
		if r := c.Run(NewState(p, Everything()), tr); len(r.Findings) != 1 || r.Findings[0].Rule != ackStarves || r.Findings[0].Ping != 1 {
			t.Errorf("every outcome judged: %v: got %s", judgeAll, VerdictLines(r))
		}
	}
}
