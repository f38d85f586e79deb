package model_test

import (
	"context"
	"fmt"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// forgetful is a tracker with the mistake of python-websockets issue 1566: a Pong completes
// a waiter that was cancelled before.
type forgetful struct {
	pending   map[int]string // payload of each ping that waits
	cancelled map[int]bool
}

// Step does what one event says, and reports what became visible.
func (s *forgetful) Step(ev *model.Event, out *model.Outcome) {
	switch ev.Kind {
	case model.Open:
		*s = forgetful{pending: map[int]string{}, cancelled: map[int]bool{}}
	case model.Ping:
		s.pending[ev.N] = ev.Data
		out.Frames = append(out.Frames, model.Frame{Opcode: frame.Ping, Data: ev.Data})
	case model.Cancel:
		if ev.N == 0 || s.cancelled[ev.N] || s.pending[ev.N] == "" {
			return // nobody waits
		}
		s.cancelled[ev.N] = true // the mistake: it stays in pending
		out.Resolutions = append(out.Resolutions, model.Resolution{N: ev.N, How: model.Cancelled})
	case model.Pong:
		for n, data := range s.pending {
			if data == ev.Data && s.cancelled[n] {
				panic("invalid state")
			}
			if data == ev.Data {
				out.Resolutions = append(out.Resolutions, model.Resolution{N: n, How: model.Acked})
				delete(s.pending, n)
			}
		}
	}
}

// A trace is run on a tracker that is one Go type, and judged by the profile rfc, which
// fixes nothing that the RFC leaves open.
func ExampleCheck() {
	impl := &model.Implementation{
		Name: "forgetful",
		New:  func() model.Subject { return new(forgetful) },
		Info: model.Info{
			Can:   model.KindsOf(model.Ping, model.Cancel, model.Pong),
			Sees:  model.SeesFrames | model.SeesWaiters | model.SeesCrash,
			Roles: model.ServerRole,
			Given: true,
		},
	}
	trace, err := text.ParseString(model.Version + "\nping 61\ncancel 1\npong $1\n")
	if err != nil {
		fmt.Println(err)
		return
	}
	report, err := model.Check(context.Background(), model.RFC(), impl, trace.Trace())
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings {
		fmt.Println(f.Verdict, f.Class())
		fmt.Println(f.Sentence())
	}
	// Output:
	// FAILED crash panic
	// pong panic: invalid state escaped
}

// A transcript that was recorded elsewhere, here by a driver from an endpoint that cut the last byte of
// its answer, is judged by the frames alone. The settle says that the endpoint was at rest.
func ExampleJudge() {
	transcript, err := text.ParseString(model.Version + `
recv-ping 0d900f00
  > pong 0d900f
settle
`)
	if err != nil {
		fmt.Println(err)
		return
	}
	info := model.Info{Can: model.AllKinds, Sees: model.SeesFrames, Roles: model.BothRoles}
	report, err := model.Judge(model.RFC(), info, transcript, model.ByDriver)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, f := range report.Findings {
		fmt.Printf("%v %v (%v): %s\n", f.Verdict, f.Rule, f.Certainty, f.Sentence())
	}
	// Output:
	// FAILED pong.echo (inferred): the Ping 0d900f00 was answered with 0d900f
	// FAILED pong.owed (proved): the Ping 0d900f00 was not answered
}

// Adapt fits a trace to a subject. This subject is a client, and chooses its payloads.
func ExampleInfo_Adapt() {
	info := model.Info{
		Can:     model.KindsOf(model.Ping, model.Pong, model.Settle),
		Roles:   model.ClientRole,
		Chooses: true,
	}
	adapted := info.Adapt(&model.Trace{Ops: []model.Op{
		{Kind: model.Ping, Data: model.Bytes("hi")},
		{Kind: model.Pong, Data: model.EchoOf(1)},
	}})
	fmt.Print(adapted)

	// The subject cannot cancel, so it cannot run this trace.
	fmt.Println(info.Adapt(&model.Trace{Ops: []model.Op{{Kind: model.Cancel, N: 1}}}) == nil)
	// Output:
	// pongcheck-trace 1
	// config role=client
	// ping *
	// pong $1
	// true
}
