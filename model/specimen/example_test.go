package specimen_test

import (
	"fmt"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

// The incident: a waiter is cancelled, and the connection dies of its Pong.
func Example() {
	impl, _ := specimen.Find("specimen/asyncio@14.1")
	profile, _ := model.FindProfile(impl.Profile)
	c := model.NewChecker(profile, impl.Info)
	c.Record = true
	report := c.RunIn(impl, &model.Trace{Ops: []model.Op{
		{Kind: model.Ping, Data: model.Bytes("\x0d\x90\x0f\x00")},
		{Kind: model.Cancel, N: 1},
		{Kind: model.Pong, Data: model.EchoOf(1)},
	}})
	fmt.Print(report.Transcript)
	fmt.Println(report.Failure().Sentence())
	// Output:
	// pongcheck-trace 1
	// subject specimen/asyncio 14.1
	// ping 0d900f00
	//   > ping 0d900f00
	// cancel 1
	//   1 cancelled
	// pong $1
	//   < 0d900f00
	//   > eof
	//   told 1006
	//   closed
	//   ! data_received InvalidStateError: invalid state
	// data_received InvalidStateError: invalid state escaped
}

// A Future ends once. The remedy was to ask first.
func ExampleFuture() {
	var f specimen.Future
	f.Cancel()
	fmt.Println(f.Complete(0))
	if !f.Done() {
		f.Complete(0)
	}
	// Output: invalid state
}

func ExampleAll() {
	for _, impl := range specimen.All() {
		fmt.Println(strings.TrimSuffix(impl.Name+"@"+impl.Version, "@"))
	}
	// Output:
	// specimen/asyncio@14.2
	// specimen/asyncio@14.1
	// specimen/legacy@14.1
	// specimen/threading@17.4
	// specimen/threading@14.2
	// specimen/trio@17.4
	// specimen/up-to
	// specimen/keepalive
	// specimen/postponing
	// specimen/idling
	// specimen/read-deadline
	// specimen/exact
	// specimen/any
	// specimen/deflate
	// specimen/responder
	// specimen/coalescing
	// specimen/late
	// specimen/lingering
}
