package peers_test

import (
	"fmt"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/scripts/internal/peers"
)

// What the client of the incident loses, by what its pings say.
func Example() {
	client, _ := peers.Find("c-string")
	for _, s := range peers.Strategies() {
		lost, _ := peers.Lost(&s, &client)
		fmt.Printf("%-17s %7.3f %%\n", s.Name, 100*lost.Float())
	}
	// Output:
	// random4             1.553 %
	// ascii4              0.000 %
	// graphic4            0.000 %
	// counter-decimal     0.000 %
	// counter-be32      100.000 %
	// timestamp-be64      2.321 %
	// timestamp-decimal   0.000 %
	// constant            0.000 %
	// empty               0.000 %
}

// A peer may answer only the newest of the pings that came together. A tracker that
// compares payloads one by one leaves the others waiting.
func ExampleConversation() {
	random, _ := peers.FindStrategy("random4")
	newest, _ := peers.Find("most-recent")
	talk := peers.Conversation{Strategy: random, Peer: newest, Depth: 4, Rounds: 25}
	for _, policy := range []model.Policy{model.UpTo, model.Exact} {
		t := talk.Drive(peers.Tracker(policy), 1)
		fmt.Printf("%v: %d own, %d later, %d never\n", policy, t.Own, t.Later, t.Never)
	}
	// Output:
	// up-to: 25 own, 75 later, 0 never
	// exact: 25 own, 0 later, 75 never
}

// The remedies of the incident: payloads that survive the client, or a tracker
// that survives its Pongs. A Pong that is merely late tells them apart.
func ExampleConversation_remedies() {
	for _, remedy := range []struct{ version, strategy string }{{"14.1", "random4"}, {"14.1", "graphic4"}, {"14.2", "random4"}} {
		impl, _ := specimen.Find("specimen/asyncio@" + remedy.version)
		strategy, _ := peers.FindStrategy(remedy.strategy)
		fmt.Printf("%s, %s:", remedy.version, remedy.strategy)
		for _, name := range []string{"c-string", "delaying"} {
			peer, _ := peers.Find(name)
			talk := peers.Conversation{Strategy: strategy, Peer: peer, Depth: 1, Rounds: 180, GiveUp: true}
			fmt.Printf(" %s kills %d of 100;", name, talk.Drive(impl.New(), 100).Killed)
		}
		fmt.Println()
	}
	// Output:
	// 14.1, random4: c-string kills 94 of 100; delaying kills 100 of 100;
	// 14.1, graphic4: c-string kills 0 of 100; delaying kills 100 of 100;
	// 14.2, random4: c-string kills 0 of 100; delaying kills 0 of 100;
}
