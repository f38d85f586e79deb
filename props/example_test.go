package props_test

import (
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

// forgetful is a tracker that answers every ping of the peer but the longest.
type forgetful struct{ *model.State }

func (f forgetful) Step(ev *model.Event, out *model.Outcome) {
	f.State.Step(ev, out)
	if ev.Kind == model.RecvPing && len(ev.Data) == 125 {
		out.Frames = out.Frames[:0]
	}
}

func Example() {
	info := model.Info{Can: model.KindsOf(model.RecvPing, model.Settle), Sees: model.SeesFrames, Roles: model.ServerRole}
	impl := &model.Implementation{
		Name: "forgetful", Info: info,
		New: func() model.Subject { return forgetful{model.NewState(model.RFC(), info)} },
	}
	result, err := props.Run(context.Background(), model.RFC(), impl, props.Options{NoCorpus: true})
	if err != nil {
		fmt.Println(err)
	}
	for f := range result.Failures() {
		fmt.Println(f.Verdict, f.Class())
		fmt.Print(f.Shrunk)
	}
	// Output:
	// FAILED pong.owed
	// pongcheck-trace 1
	// profile rfc
	// recv-ping 61*125
	// settle
}
