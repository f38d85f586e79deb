package specimen_test

import (
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props"
)

func unremedied(t *testing.T) (model.Profile, *model.Implementation) {
	t.Helper()
	impl, ok := specimen.Find("specimen/asyncio@14.1")
	if !ok {
		t.Fatal("there is no specimen/asyncio@14.1")
	}
	p, _ := model.FindProfile(impl.Profile)
	return p, impl
}

// The incident is found among random traces, and shrinks to three ops.
func TestIncidentIsFound(t *testing.T) {
	p, impl := unremedied(t)
	result, err := props.Run(t.Context(), p, impl, props.Options{NoCorpus: true, NoFiles: true, N: 200})
	if err != nil {
		t.Fatal(err)
	}
	for f := range result.Failures() {
		if f.Class() != "crash InvalidStateError" {
			continue
		}
		if n := len(f.Shrunk.Ops); n != 3 {
			t.Errorf("shrunk to %d ops, want 3\n%s", n, f.Shrunk)
		}
		return
	}
	t.Errorf("the incident was not found in %d traces: %v", result.Traces, result.Findings)
}

// No trace of fewer than three ops shows it: all of them are tried, over an
// alphabet that has every op and every relation to a ping.
func TestIncidentNeedsThreeOps(t *testing.T) {
	p, impl := unremedied(t)
	ops := alphabet()
	c := model.NewChecker(p, impl.Info)
	s := impl.New()
	try := func(ops ...model.Op) *model.Finding { return c.Run(s, &model.Trace{Ops: ops}).Failure() }
	for _, a := range ops {
		for _, b := range ops {
			if f := try(a, b); f != nil {
				t.Fatalf("%s; %s: %s", a, b, f.Sentence())
			}
		}
	}
	f := try(model.Op{Kind: model.Ping, Data: model.Bytes("a")}, model.Op{Kind: model.Cancel, N: 1}, model.Op{Kind: model.Pong, Data: model.EchoOf(1)})
	if f == nil || f.Class() != "crash InvalidStateError" || f.Op != 3 {
		t.Errorf("the incident itself: got %+v", f)
	}
}

func alphabet() []model.Op {
	var ops []model.Op
	for k := model.Ping; k < model.End; k++ {
		op := model.Op{Kind: k}
		switch k {
		case model.Ping, model.Pong, model.RecvPing, model.SendPong:
			for _, d := range []model.Payload{model.Bytes(""), model.Bytes("a"), model.EchoOf(1), model.PrefixOf(1, 0)} {
				ops = append(ops, model.Op{Kind: k, Data: d})
			}
			continue
		case model.Cancel:
			op.N = 1
		case model.Advance:
			op.Time = time.Minute
		case model.Cont:
			op.Fin = true
		case model.Raw:
			op.Data = model.Bytes("\x8a\x81\x37\xfa\x21\x3d\x56")
		}
		ops = append(ops, op)
	}
	return ops
}

// The same with a keepalive: its waiter is cancelled, and a later Pong meets it.
func TestIncidentOfTheKeepalive(t *testing.T) {
	p, impl := unremedied(t)
	tr := &model.Trace{
		Config: model.Config{Interval: 20 * time.Second, Timeout: 20 * time.Second},
		Ops: []model.Op{
			{Kind: model.Advance, Time: 20 * time.Second},
			{Kind: model.Cancel, Keep: true, N: 1},
			{Kind: model.Pong, Data: model.Payload{Form: model.Echo, Keep: true, Ref: 1}},
		},
	}
	c := model.NewChecker(p, impl.Info)
	if f := c.RunIn(impl, tr).Failure(); f == nil || f.Class() != "crash InvalidStateError" {
		t.Errorf("got %+v", f)
	}
	remedied, _ := specimen.Find("specimen/asyncio@14.2")
	if f := c.RunIn(remedied, tr).Failure(); f != nil {
		t.Errorf("with the remedy: %s", f.Sentence())
	}
}
