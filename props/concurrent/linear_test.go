package concurrent

import (
	"fmt"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// The tracker that histories are put in order by is the model's: of every short
// conversation in which one thing is done after the other, whatever the subject
// answers, the two say the same.
func TestLinearIsTheModel(t *testing.T) {
	few := []model.Op{shortOps[0], shortOps[2], shortOps[4]}
	wide := 4
	if testing.Short() {
		wide = 3
	}
	for _, name := range []string{"exact", "websockets", "websockets-threading", "any-pong", "rfc"} {
		t.Run(name, func(t *testing.T) {
			c := comparison{t: t, profile: propstest.FindProfile(name)}
			// Histories tell no latencies, and why a call is refused is not judged by them.
			c.profile.Sends, c.profile.Timed = false, false
			deep := wide + 2
			if c.profile.Equals != model.EqualsRefused {
				deep-- // there are many more of them
			}
			c.ops = shortOps
			c.extend(nil, wide)
			c.ops = few
			c.extend(nil, deep)
			c.config = model.Config{Interval: time.Hour}
			c.ops = keepingOps
			c.extend(nil, wide)
			if c.failed == 0 || c.right == 0 {
				t.Errorf("%d conversations are wrong and %d right: want some of both", c.failed, c.right)
			}
			t.Logf("%d conversations, %d of them wrong", c.failed+c.right, c.failed)
		})
	}
}

// comparison enumerates conversations. After each op the subject settles.
type comparison struct {
	t             *testing.T
	profile       model.Profile
	config        model.Config
	ops           []model.Op // to try
	right, failed int
}

// said is an op and what the subject showed of it.
type said struct {
	op  model.Op
	out model.Outcome
}

var shortOps = []model.Op{
	{Kind: model.Ping, Data: model.Bytes("a")},
	{Kind: model.Ping, Data: model.Bytes("b")},
	{Kind: model.Cancel, N: 1},
	{Kind: model.Cancel, N: 2},
	{Kind: model.Pong, Data: model.Bytes("a")},
	{Kind: model.Pong, Data: model.Bytes("b")},
	{Kind: model.Close},
}

// keepingOps are those of a conversation in which a keepalive pings, too.
var keepingOps = []model.Op{
	{Kind: model.Advance, Time: time.Millisecond},
	{Kind: model.Ping, Data: model.Bytes("a")},
	{Kind: model.Cancel, N: 1},
	{Kind: model.Pong, Data: model.Bytes("a")},
	{Kind: model.Pong, Data: model.Bytes("k")},
}

// extend tries everything that may follow, as long as nothing was wrong.
func (c *comparison) extend(talk []said, depth int) {
	if c.compare(talk) || depth == 0 || c.t.Failed() {
		return
	}
	for _, op := range c.ops {
		for _, out := range answers(talk, op) {
			c.extend(append(talk[:len(talk):len(talk)], said{op, out}), depth-1)
		}
	}
}

// answers are what a subject may show for op: what is right and what is not.
func answers(talk []said, op model.Op) []model.Outcome {
	waiting, calls := waiters(talk)
	switch op.Kind {
	case model.Ping:
		return []model.Outcome{
			{Frames: []model.Frame{{Opcode: frame.Ping, Data: op.Data.Lit}}},
			{Resolutions: []model.Resolution{{N: calls + 1, How: model.Refused, Err: model.ErrDuplicate}}},
		}
	case model.Advance:
		return []model.Outcome{{Frames: []model.Frame{{Opcode: frame.Ping, Data: "k"}}}}
	case model.Cancel:
		outs := []model.Outcome{{}}
		for _, n := range waiting {
			if calls > 0 && n == (op.N-1)%calls+1 {
				outs = append(outs, model.Outcome{Resolutions: []model.Resolution{{N: n, How: model.Cancelled}}})
			}
		}
		return outs
	case model.Pong:
		return subsets(waiting, model.Acked)
	}
	return []model.Outcome{{Frames: []model.Frame{{Opcode: frame.Close, Data: "\x03\xe8"}}}}
}

// subsets are the outcomes in which some of the waiters end.
func subsets(waiting []int, how model.How) []model.Outcome {
	outs := make([]model.Outcome, 1<<len(waiting))
	for set := range outs {
		for i, n := range waiting {
			if set>>i&1 != 0 {
				outs[set].Resolutions = append(outs[set].Resolutions, model.Resolution{N: n, How: how})
			}
		}
	}
	return outs
}

// waiters are the pings that wait after talk, and how many there were.
func waiters(talk []said) (waiting []int, calls int) {
	ended := map[int]bool{}
	for _, s := range talk {
		if s.op.Kind == model.Ping {
			calls++
		}
		for _, r := range s.out.Resolutions {
			ended[r.N] = true
		}
	}
	for n := 1; n <= calls; n++ {
		if !ended[n] {
			waiting = append(waiting, n)
		}
	}
	return waiting, calls
}

// compare compares the verdicts on talk, at whose end some of the waiters fail. It
// reports whether talk is wrong even if all of them do.
func (c *comparison) compare(talk []said) (wrong bool) {
	waiting, _ := waiters(talk)
	for _, end := range subsets(waiting, model.Failed) {
		end.Closed = true
		for i := range end.Resolutions {
			end.Resolutions[i].Err = model.ErrClosed
		}
		r, err := model.Judge(c.profile, model.Everything(), c.transcript(talk, end), model.InProcess)
		if err != nil {
			c.t.Fatal(err)
		}
		flaw, undecided := history(c.config, talk, end).Judge(c.profile)
		wrong = flaw != nil
		if wrong {
			c.failed++
		} else {
			c.right++
		}
		if (r.Verdict == model.FAILED) != wrong || undecided != "" {
			c.t.Fatalf("the model says %s, the other %+v %s:\n%s\n%s", r.Verdict, flaw, undecided, r.Transcript, history(c.config, talk, end))
		}
	}
	return wrong
}

func (c *comparison) transcript(talk []said, end model.Outcome) *model.Transcript {
	t := &model.Transcript{Config: c.config, Ended: true, End: end}
	for _, s := range talk {
		t.Steps = append(t.Steps, model.Step{Op: s.op, Outcome: s.out}, model.Step{Op: model.Op{Kind: model.Settle}})
	}
	return t
}

// history is talk as it would have been recorded.
func history(config model.Config, talk []said, end model.Outcome) *History {
	r := &racing{history: &History{Trace: &model.Trace{Config: config}}}
	h := r.history
	for _, s := range talk {
		h.Trace.Ops = append(h.Trace.Ops, s.op, model.Op{Kind: model.Settle})
	}
	r.planActs()
	for i, s := range talk {
		h.Acts[i].Call = r.nextStamp()
		r.See(&s.out)
		h.Acts[i].Return = r.nextStamp()
		h.Settles, h.Rested = append(h.Settles, r.nextStamp()), append(h.Rested, 0)
	}
	h.Finish = r.nextStamp()
	r.See(&end)
	h.Over = r.nextStamp()
	return h
}

func ExampleHistory() {
	talk := []said{
		{model.Op{Kind: model.Ping, Data: model.Bytes("a")}, model.Outcome{Frames: []model.Frame{{Opcode: frame.Ping, Data: "a"}}}},
		{model.Op{Kind: model.Pong, Data: model.EchoOf(1)}, model.Outcome{Resolutions: []model.Resolution{{N: 1, How: model.Acked}}}},
	}
	fmt.Print(history(model.Config{}, talk, model.Outcome{Head: model.Head{Closed: true}}))
	// Output:
	//      1-3  goroutine 1: ping 61 (1)
	//        2    > ping 61
	//        4  settle
	//      5-7  goroutine 3: pong $1, which is pong 61
	//        6    1 acked
	//        8  settle
	//        9  drop
	//       10    closed
}
