package peers

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// In each of three rounds four pings leave; no payload is lost, so what a tracker
// makes of the answers is a matter of its policy alone.
func TestPoliciesAgainstPeersThatLoseNothing(t *testing.T) {
	for _, c := range []struct {
		policy model.Policy
		peer   string
		want   Tally
		why    string
	}{
		{model.UpTo, "honest", Tally{Sent: 12, Own: 12}, "each Pong acknowledges its ping"},
		{model.UpTo, "most-recent", Tally{Sent: 12, Own: 3, Later: 9}, "the newest speaks for all"},
		{model.UpTo, "reordering", Tally{Sent: 12, Own: 3, Later: 9}, "the newest comes first"},
		{model.UpTo, "delaying", Tally{Sent: 12, Own: 12}, "late is soon enough"},
		{model.UpTo, "heartbeat", Tally{Sent: 12, Own: 12}, "an empty Pong matches nothing"},
		{model.UpTo, "silent", Tally{Sent: 12, Never: 12}, "nothing comes"},
		{model.Exact, "most-recent", Tally{Sent: 12, Own: 3, Never: 9}, "only the newest is answered"},
		{model.Exact, "reordering", Tally{Sent: 12, Own: 12}, "order does not matter"},
		{model.Exact, "duplicating", Tally{Sent: 12, Own: 12}, "the second Pong matches nothing"},
		{model.Latest, "honest", Tally{Sent: 12, Own: 3, Never: 9}, "only the newest counts"},
		{model.Latest, "delaying", Tally{Sent: 12, Own: 1, Never: 11}, "another is the newest by then, but for the last"},
		{model.AnyPong, "honest", Tally{Sent: 12, Own: 3, Misled: 9}, "the first Pong ends all waiting"},
		{model.AnyPong, "most-recent", Tally{Sent: 12, Own: 3, Later: 9}, "the newest speaks for all"},
		{model.AnyPong, "delaying", Tally{Sent: 12, Own: 1, Misled: 11}, "the first old Pong ends the new waiting too"},
		{model.AnyPong, "heartbeat", Tally{Sent: 12, Misled: 12}, "a heartbeat is enough"},
		{model.Latest, "reordering", Tally{Sent: 12, Own: 3, Never: 9}, "only the newest counts"},
		{model.SingleSlot, "honest", Tally{Sent: 3, Refused: 9, Own: 3}, "one ping at a time"},
		{model.SingleSlot, "delaying", Tally{Sent: 2, Refused: 10, Own: 2}, "the slot is taken for a round more"},
		{model.Counter, "honest", Tally{Sent: 12, Own: 12}, "the oldest is the answered one"},
		{model.Counter, "most-recent", Tally{Sent: 12, Later: 3, Never: 9}, "one Pong, one ping"},
		{model.Counter, "duplicating", Tally{Sent: 12, Own: 3, Misled: 9}, "the second Pong counts for the next ping"},
		{model.Counter, "heartbeat", Tally{Sent: 12, Misled: 12}, "a heartbeat is enough"},
	} {
		s, p := find(t, "counter-decimal", c.peer)
		c.want.Connections = 1
		talk := Conversation{Strategy: *s, Peer: *p, Depth: 4, Rounds: 3}
		if diff := cmp.Diff(c.want, talk.Drive(Tracker(c.policy), 1)); diff != "" {
			t.Errorf("%v against %s: %s (-want +got)\n%s", c.policy, c.peer, c.why, diff)
		}
	}
}

// The reference's figures are those of trackers that do not know it.
func TestSpecimensAgreeWithTheReference(t *testing.T) {
	for name, policy := range map[string]model.Policy{
		"specimen/asyncio@14.2": model.UpTo, "specimen/exact": model.Exact, "specimen/any": model.AnyPong,
	} {
		impl, _ := specimen.Find(name)
		for _, s := range Strategies() {
			for _, p := range All() {
				for _, giveUp := range []bool{false, true} {
					c := Conversation{Strategy: s, Peer: p, Depth: 3, Rounds: 8, GiveUp: giveUp, Seed: 3}
					want, got := c.Drive(Tracker(policy), 5), c.Drive(impl.New(), 5)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s, %s against %s, giving up: %v (-reference +specimen)\n%s", name, s.Name, p.Name, giveUp, diff)
					}
				}
			}
		}
	}
}

// The incident: a ping times out, and an acknowledgement meets its waiter. Release
// 14.1 lives on if no Pong was lost before one that was not; 14.2 lives on.
func TestKilledByFormula(t *testing.T) {
	const rounds, connections = 180, 2000
	before, _ := specimen.Find("specimen/asyncio@14.1")
	remedied, _ := specimen.Find("specimen/asyncio@14.2")
	for _, c := range []struct {
		strategy, peer string
	}{{"random4", "c-string"}, {"random4", "utf-8"}, {"random4", "trimming"}, {"ascii4", "trimming"}, {"ascii4", "c-string"}, {"timestamp-be64", "c-string"}} {
		s, p := find(t, c.strategy, c.peer)
		exact, _ := Lost(s, p)
		lost, lives := exact.Float(), 0.0
		for kept := range rounds + 1 {
			lives += math.Pow(1-lost, float64(kept)) * math.Pow(lost, float64(rounds-kept))
		}
		talk := Conversation{Strategy: *s, Peer: *p, Depth: 1, Rounds: rounds, GiveUp: true, Seed: 1}
		got := talk.Drive(before.New(), connections)
		share := float64(got.Killed) / connections
		if deviation := math.Sqrt(lives * (1 - lives) / connections); math.Abs(share-(1-lives)) > deviations*deviation {
			t.Errorf("%s against %s: %.4f of the connections were killed, want %.4f ± %.4f", c.strategy, c.peer, share, 1-lives, deviation)
		}
		if got := talk.Drive(remedied.New(), connections); got.Killed > 0 {
			t.Errorf("%s against %s: the remedy did not help %d connections", c.strategy, c.peer, got.Killed)
		}
	}
}

// No payload helps against a Pong that is merely late.
func TestALatePongKillsWhateverThePayload(t *testing.T) {
	before, _ := specimen.Find("specimen/asyncio@14.1")
	for _, s := range Strategies() {
		_, p := find(t, s.Name, "delaying")
		talk := Conversation{Strategy: s, Peer: *p, Depth: 1, Rounds: 10, GiveUp: true, Seed: 1}
		if got := talk.Drive(before.New(), 20); got.Killed != 20 {
			t.Errorf("%s: %d of 20 connections were killed, want all", s.Name, got.Killed)
		}
	}
}

// stammering shows every outcome twice, and one of a ping that nobody called for.
type stammering struct{ model.Subject }

func (s stammering) Step(ev *model.Event, out *model.Outcome) {
	s.Subject.Step(ev, out)
	out.Resolutions = append(out.Resolutions, out.Resolutions...)
	out.Resolutions = append(out.Resolutions, model.Resolution{N: 1000, How: model.Acked})
}

func TestAWaiterCountsOnce(t *testing.T) {
	s, p := find(t, "counter-decimal", "duplicating")
	talk := Conversation{Strategy: *s, Peer: *p, Depth: 2, Rounds: 2}
	want, got := talk.Drive(Tracker(model.Exact), 1), talk.Drive(stammering{Tracker(model.Exact)}, 1)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what is shown twice counts twice (-once +twice)\n%s", diff)
	}
}

// Equal payloads are refused by the trackers that would confuse them.
func TestEqualPayloads(t *testing.T) {
	s, p := find(t, "empty", "honest")
	for policy, want := range map[model.Policy]Tally{
		model.UpTo:       {Connections: 1, Sent: 2, Refused: 6, Own: 2},
		model.Exact:      {Connections: 1, Sent: 2, Refused: 6, Own: 2},
		model.Latest:     {Connections: 1, Sent: 8, Misled: 2, Never: 6},
		model.AnyPong:    {Connections: 1, Sent: 8, Own: 2, Misled: 6},
		model.SingleSlot: {Connections: 1, Sent: 2, Refused: 6, Own: 2},
		model.Counter:    {Connections: 1, Sent: 8, Own: 8},
	} {
		talk := Conversation{Strategy: *s, Peer: *p, Depth: 4, Rounds: 2}
		if diff := cmp.Diff(want, talk.Drive(Tracker(policy), 1)); diff != "" {
			t.Errorf("%v (-want +got)\n%s", policy, diff)
		}
	}
}

// The library's own keepalive takes the first Pong that is missing for the end,
// before the remedy and after it: against the client of the incident it sends
// one ping in 64.4 in vain, so it lives 21 minutes.
func TestKeepaliveDiesOfTheFirstLostPong(t *testing.T) {
	const connections = 1000
	s, p := find(t, "random4", "c-string")
	exact, _ := Lost(s, p)
	want := 1 / exact.Float()
	for _, name := range []string{"specimen/asyncio@14.1", "specimen/asyncio@14.2"} {
		impl, _ := specimen.Find(name)
		subject, pings := impl.New(), 0
		for seed := range connections {
			pings += keepalive(subject, p, int64(seed))
		}
		got := float64(pings) / connections
		// The number of pings is geometric.
		if deviation := want * math.Sqrt((1-exact.Float())/connections); math.Abs(got-want) > deviations*deviation {
			t.Errorf("%s sends %.1f keepalive pings before it gives up, want %.1f ± %.1f", name, got, want, deviation)
		}
	}
}

// keepalive is how many keepalive pings s sends until it ends the connection.
func keepalive(s model.Subject, p *Peer, seed int64) (pings int) {
	var out model.Outcome
	s.Step(&model.Event{Kind: model.Open, Config: &model.Config{Interval: 20 * time.Second, Timeout: 20 * time.Second, Seed: seed}}, &out)
	for range 100_000 {
		out.Reset()
		s.Step(&model.Event{Kind: model.Advance, Time: 20 * time.Second}, &out)
		for _, f := range append([]model.Frame(nil), out.Frames...) {
			if f.Opcode != frame.Ping {
				return pings // its Close
			}
			pings++
			for _, pong := range p.Answer(nil, []Ping{{pings, f.Data}}, nil) {
				s.Step(&model.Event{Kind: model.Pong, Data: pong.Data}, &out)
			}
		}
	}
	return pings
}
