package concurrent

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// recorded makes a history by hand. Its events, in order: +N and -N, op N is called
// and has returned; > D, the Ping D; N acked, N cancelled, N failed, N refused, how
// ping N ended; settle; drop.
func recorded(t *testing.T, ops, events string) *History {
	t.Helper()
	tr, err := text.ParseString(model.Version + "\n" + strings.ReplaceAll(ops, "; ", "\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := &racing{history: &History{Trace: tr.Trace()}}
	h := r.history
	r.planActs()
	for _, e := range strings.Split(events, "; ") {
		var n int
		var word string
		switch {
		case e == "settle":
			h.Settles, h.Rested = append(h.Settles, r.nextStamp()), append(h.Rested, 0)
		case e == "drop":
			h.Finish = r.nextStamp()
		case e[0] == '>':
			r.See(&model.Outcome{Frames: []model.Frame{{Opcode: frame.Ping, Data: e[2:]}}})
		case e[0] == '+' || e[0] == '-':
			fmt.Sscan(e[1:], &n)
			for i := range h.Acts {
				if a := &h.Acts[i]; a.Op == n && e[0] == '+' {
					a.Call = r.nextStamp()
				} else if a.Op == n {
					a.Return = r.nextStamp()
				}
			}
		default:
			fmt.Sscan(e, &n, &word)
			how := map[string]model.How{"acked": model.Acked, "cancelled": model.Cancelled, "failed": model.Failed, "refused": model.Refused}[word]
			if how == 0 {
				t.Fatalf("event %q", e)
			}
			r.See(&model.Outcome{Resolutions: []model.Resolution{{N: n, How: how}}})
		}
	}
	h.Over = r.nextStamp()
	return h
}

func TestJudgeHistories(t *testing.T) {
	for _, test := range []struct{ why, profile, ops, events, class string }{
		{"two equal payloads at once, and both are sent", "exact", `ping "a"; ping "a"`,
			"+1; +2; > a; -1; > a; -2; settle; drop; 1 failed; 2 failed", "order.linearizable"},
		{"the profile lets it", "rfc", `ping "a"; ping "a"`,
			"+1; +2; > a; -1; > a; -2; settle; drop; 1 failed; 2 failed", ""},
		{"one of them is refused", "exact", `ping "a"; ping "a"`,
			"+1; +2; > a; 2 refused; -1; -2; settle; drop; 1 failed", ""},
		{"the first was answered before the second, though nobody had seen it yet", "exact", `ping "a"; pong "a"; ping "a"`,
			"+1; > a; -1; +2; +3; > a; -3; -2; 1 acked; settle; drop; 2 failed", ""},
		{"it had not been, when the second was sent", "exact", `ping "a"; pong "a"; ping "a"`,
			"+1; > a; -1; +3; > a; +2; -3; -2; 1 acked; settle; drop; 2 failed", "order.linearizable"},
		{"a Pong wins over a cancel", "exact", `ping "a"; cancel 1; pong "a"`,
			"+1; > a; -1; +2; +3; -2; -3; 1 acked; settle; drop", ""},
		{"a cancel wins over a Pong", "exact", `ping "a"; cancel 1; pong "a"`,
			"+1; > a; -1; +2; +3; -2; -3; 1 cancelled; settle; drop", ""},
		{"both win", "exact", `ping "a"; cancel 1; pong "a"`,
			"+1; > a; -1; +2; +3; -2; -3; 1 cancelled; 1 acked; settle; drop", "waiter.once"},
		{"neither wins", "exact", `ping "a"; cancel 1; pong "a"`,
			"+1; > a; -1; +2; +3; -2; -3; settle; drop; 1 failed", "ack.exact"},
		{"a Pong wins over a close", "exact", `ping "a"; close; pong "a"`,
			"+1; > a; -1; +2; +3; -2; -3; 1 acked; settle; drop", ""},
		{"a close wins over a Pong", "exact", `ping "a"; close; pong "a"`,
			"+1; > a; -1; +2; +3; -2; -3; 1 failed; settle; drop", ""},
		{"a close wins over a ping", "exact", `ping "a"; close`,
			"+2; +1; 1 refused; -1; -2; settle; drop", ""},
		{"what is sent while it closes has no waiter to lose", "exact", `close; ping "a"`,
			"+1; +2; > a; -2; -1; settle; drop", ""},
		{"what was sent before it closes has one", "exact", `ping "a"; close`,
			"+1; > a; -1; +2; -2; settle; drop", "waiter.lost"},
		{"the profile says that it is left", "websockets-threading", `ping "a"; close`,
			"+1; > a; -1; +2; -2; settle; drop", ""},
		{"acknowledged by the Pong of the round before", "exact", `pong "a"; settle; ping "a"`,
			"+1; -1; settle; +3; > a; 1 acked; -3; settle; drop", "order.linearizable"},
		{"acknowledged when the Pong was long handled", "exact", `ping "a"; pong "a"; settle; cancel 7`,
			"+1; > a; -1; +2; -2; settle; +4; 1 acked; -4; settle; drop", "order.linearizable"},
		{"a Pong that comes before the Ping leaves is not strict, no failure", "exact", `ping "a"; pong "a"`,
			"+1; +2; -2; 1 acked; > a; -1; settle; drop", ""},
		{"nor with another Ping on the wire before it", "websockets", `ping "a"; ping "b"; pong "a"`,
			"+1; +2; > b; -2; +3; 1 acked; -3; > a; -1; settle; drop; 2 failed", ""},
		{"nor if it counts for those that are earlier in any case", "websockets", `ping "a"; ping "b"; pong "a"; ping "c"`,
			"+1; +2; > b; -2; +3; 1 acked; 2 acked; -3; +4; > c; -4; > a; -1; settle; drop; 3 failed", ""},
		{"but no Pong counts for what is later on the wire", "websockets", `ping "a"; ping "b"; pong "a"`,
			"+1; +2; > a; > b; -1; -2; +3; 1 acked; 2 acked; -3; settle; drop", "order.linearizable"},
		{"up-to goes by the order of the wire, not of the calls", "websockets", `ping "a"; ping "b"; pong "a"`,
			"+1; +2; > b; > a; -1; -2; +3; 1 acked; 2 acked; -3; settle; drop", ""},
		{"and what is earlier on the wire is owed", "websockets", `ping "a"; ping "b"; pong "a"`,
			"+1; +2; > b; > a; -1; -2; +3; 1 acked; -3; settle; drop; 2 failed", "ack.policy"},
		{"a Ping that left although its call was cancelled", "exact", `ping "a"; cancel 1; ping "b"`,
			"+1; +2; 1 cancelled; -1; -2; +3; > b; -3; > a; settle; drop; 2 failed", ""},
		{"which call sent which is for the subject to choose", "exact", `ping *; ping *; pong "1"`,
			"+1; +2; > 1; > 2; -1; -2; +3; 2 acked; -3; settle; drop; 1 failed", ""},
		{"it wakes both", "exact", `ping *; ping *; pong "1"`,
			"+1; +2; > 1; > 2; -1; -2; +3; 2 acked; 1 acked; -3; settle; drop", "order.linearizable"},
		{"a Ping that nobody called for: nothing can be said", "exact", `ping "a"`,
			"+1; > a; > b; -1; settle; drop; 1 failed", "undecided"},
		{"an acknowledgement without a Ping: nothing can be said", "exact", `ping "a"; pong "a"`,
			"+1; +2; 1 acked; -2; -1; settle; drop", "undecided"},
	} {
		h := recorded(t, test.ops, test.events)
		flaw, undecided := h.Judge(propstest.FindProfile(test.profile))
		class := ""
		switch {
		case undecided != "":
			class = "undecided"
		case flaw != nil:
			class = flaw.Class()
		}
		if class != test.class {
			t.Errorf("%s, by %s: want %q, got %q\n%s", test.why, test.profile, test.class, class, h)
		}
	}
}

// A search that is given up fails nobody.
func TestUndecidedIsNoFailure(t *testing.T) {
	h := recorded(t, `ping "a"; ping "a"`, "+1; +2; > a; -1; > a; -2; settle; drop; 1 failed; 2 failed")
	s := searchOf(h)
	if found, decided := s.findOrder(); found || !decided {
		t.Errorf("found %v, decided %v: want neither an order nor a doubt", found, decided)
	}
	s = searchOf(h)
	s.limit = 3
	if found, decided := s.findOrder(); found || decided {
		t.Errorf("found %v, decided %v in 3 steps", found, decided)
	}
}

func searchOf(h *History) *search {
	facts, all, _ := h.pointsOf(propstest.FindProfile("exact"))
	return newSearch(facts, all)
}

// Two writers that get into each other send what no peer can read, and a message that
// is sent while the connection closes must not come after the Close.
func TestIllegalFramesAreFlaws(t *testing.T) {
	for class, frames := range map[string][]model.Frame{
		"send.rsv":         {{Opcode: frame.Text, Data: "a", RSV: 6}},
		"send.after-close": {{Opcode: frame.Close, Data: "\x03\xe8"}, {Opcode: frame.Text, Data: "a"}},
		"none":             {{Opcode: frame.Text, Data: "a"}, {Opcode: frame.Close, Data: "\x03\xe8"}},
	} {
		r := &racing{history: &History{Trace: &model.Trace{}}}
		r.See(&model.Outcome{Frames: frames})
		flaw, _ := r.history.Judge(model.RFC())
		if got := "none"; flaw != nil && flaw.Class() != class || flaw == nil && got != class {
			t.Errorf("%s: got %+v", class, flaw)
		}
	}
}
