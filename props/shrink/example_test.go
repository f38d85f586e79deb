package shrink_test

import (
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// A counter that starts again at three is shown by three pings.
func ExampleTrace() {
	trace, _ := text.ParseString(model.Version + `
config role=client
ping "first"
recv-ping 70
ping "second"
cancel 1
pong $2
ping 0d900f00
settle
`)
	wraps := func(t *model.Trace) bool {
		n := 0
		for _, o := range t.Ops {
			if o.Kind == model.Ping {
				n++
			}
		}
		return n >= 3
	}
	info := model.Everything()
	shrunk, _ := shrink.Trace(&info, trace.Trace(), wraps, 1000)
	fmt.Print(shrunk)
	// Output:
	// pongcheck-trace 1
	// ping 61
	// ping 61
	// ping 61
}

// Nothing of up to five ops shows a failure of this specimen: that is proved, as
// far as the alphabet goes.
func ExampleExhaust() {
	impl, _ := specimen.Find("specimen/exact")
	p, _ := model.FindProfile(impl.Profile)
	a := shrink.Alphabet{
		Kinds: model.KindsOf(model.Ping, model.Pong, model.Cancel), Names: 2,
		Ops: []model.Op{{Kind: model.Drop}, {Kind: model.Settle}},
	}
	checker, subject := model.NewChecker(p, impl.Info), impl.New()
	e, err := shrink.Exhaust(context.Background(), a, 5, func(t *model.Trace) bool { return checker.Run(subject, t).Failure() != nil })
	if err != nil || e.Failed != nil {
		fmt.Println(err, e.Failed)
	}
	fmt.Printf("all %d traces of up to %d ops from {%s} pass\n", e.Traces, e.Depth, a)
	// Output:
	// all 7715 traces of up to 5 ops from {ping, cancel, pong of 62, 61; drop; settle} pass
}
