package metamorphic

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// seen parses a transcript: an op, then what it showed, each after a "|".
func talkOf(t *testing.T, talk string) *model.Transcript {
	t.Helper()
	talk = strings.NewReplacer("|", "\n", ";", "\n").Replace(talk)
	tr, err := text.ParseString(model.Version + "\n" + talk + "\n")
	if err != nil {
		t.Fatalf("%v\n%s", err, talk)
	}
	return tr
}

func TestWhatOfTwoRunsIsCompared(t *testing.T) {
	const sent = "ping 61|  > ping 61;"
	for _, c := range []struct {
		reason string
		a, b   string
		want   string // same, different or no answer
	}{
		{"nothing differs", sent + "pong $1|  < 61|  1 acked 0s;end", sent + "pong $1|  < 61|  1 acked 0s;end", "same"},
		{"an outcome may come late", sent + "pong 61|  1 acked;recv-ping 62;end", sent + "pong 61;recv-ping 62|  1 acked;end", "same"},
		{"but not after the next settle", sent + "pong 61|  1 acked;settle;end", sent + "pong 61;settle;end|  1 acked", "different"},
		{"acknowledged, or failed at the end", sent + "pong 61|  1 acked;end", sent + "pong 61;end|  1 failed closed", "different"},
		{"a waiter ends twice", sent + "end|  1 failed closed", sent + "end|  1 failed closed|  1 failed closed", "different"},
		{"the library's words", sent + "end|  1 failed closed Gone", sent + "end|  1 failed other Lost @1s", "same"},
		{"why a call is refused", "ping 61|  1 error duplicate;end", "ping 61|  1 error closed;end", "different"},
		{"the order of resolutions", sent + "ping 62|  > ping 62;end|  1 failed closed|  2 failed closed", sent + "ping 62|  > ping 62;end|  2 failed closed|  1 failed closed", "same"},
		{"the number of Pongs", "recv-ping 61|  > pong 61;recv-ping 62|  > pong 62;end", "recv-ping 61;recv-ping 62|  > pong 62;end", "same"},
		{"who writes first", "msg-send text 61|  > text 61;msg-send text 62|  > text 62;end", "msg-send text 61;msg-send text 62|  > text 62|  > text 61;end", "same"},
		{"a message", "msg text 61|  message text 61;end", "msg text 61;end", "different"},
		{"the order of messages", "settle|  message text 61|  message text 62;end", "settle|  message text 62|  message text 61;end", "different"},
		{"a latency, exactly", sent + "pong 61|  1 acked 20ms|  latency 20ms;end", sent + "pong 61|  1 acked 20.001ms|  latency 19.999ms;end", "same"},
		{"another latency", sent + "pong 61|  1 acked 20ms;end", sent + "pong 61|  1 acked 30ms;end", "different"},
		{"it closes", "settle;end", "settle|  closed;end", "different"},
		{"only the second crashes", "settle;end", "settle|  ! settle Oops: no", "different"},
		{"it hangs", "settle;end", "settle;end|  ! hang", "no answer"},
		{"it cannot do an op", "settle;end", "send-pong 61|  unsupported;settle;end", "no answer"},
		{"it pings unasked", "settle;end", "settle|  > ping 61;end", "no answer"},
		{"a transcript that breaks off", "settle;end", "settle", "no answer"},
		{"it chose alike", "ping *|  > ping 61;end", "ping *|  > ping 61;end", "same"},
		{"it chose otherwise", "ping *|  > ping 61;end", "ping *|  > ping 62;end", "no answer"},
		{"nobody knows what it chose", "ping *;end", "ping *;end", "no answer"},
	} {
		got := "no answer"
		if a, b, ok := compareRuns(view{})([]*model.Transcript{talkOf(t, c.a), talkOf(t, c.b)}); ok && a == b {
			got = "same"
		} else if ok {
			got = "different"
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s\n%s\n%s", c.reason, got, c.want, c.a, c.b)
		}
	}
}

func TestTimersOfItsOwnGiveNoAnswer(t *testing.T) {
	quiet, dies := talkOf(t, "advance 1s;end"), talkOf(t, "advance 1s|  > close 1000|  closed;end")
	for _, runs := range [][]*model.Transcript{{quiet, dies}, {dies, quiet}, {dies, dies}} {
		if _, _, ok := unlessTimed(compareRuns(view{}))(runs); ok {
			t.Errorf("an answer for\n%s\n%s", runs[0], runs[1])
		}
	}
	if _, _, ok := unlessTimed(compareRuns(view{}))([]*model.Transcript{quiet, quiet}); !ok {
		t.Error("no answer where nothing happens")
	}
}

func TestEndsAreCounted(t *testing.T) {
	for _, c := range []struct{ reason, run, got string }{
		{"each once", "ping 61|  > ping 61;ping 61|  2 error duplicate;drop|  1 failed closed|  closed;settle;end", ""},
		{"one is lost", "ping 61|  > ping 61;drop|  closed;settle;end", "ping 1 ends 0 times\n"},
		{"one fails after it was cancelled", "ping 61|  > ping 61;cancel 1|  1 cancelled;drop|  1 failed closed|  closed;settle;end", "ping 1 ends 2 times\n"},
		{"at the very end", "ping 61|  > ping 61;end|  1 failed closed", ""},
		{"too late for an answer", "close;ping 61;drop|  closed;settle;end", ""},
		{"the subject itself had begun to end", "settle|  > close 1000;ping 61;end", ""},
		{"too late, and twice", "drop|  closed;ping 61|  1 error closed;settle|  1 failed closed;end", "ping 1 ends 2 times\n"},
	} {
		if _, got, ok := countEnds([]*model.Transcript{talkOf(t, c.run)}); !ok || got != c.got {
			t.Errorf("%s: got %q, %v, want %q\n%s", c.reason, got, ok, c.got, c.run)
		}
	}
}

func TestNothingHappensAfterwards(t *testing.T) {
	for _, c := range []struct{ reason, run, got string }{
		{"calls fail", "ping 61|  > ping 61;drop|  1 failed closed|  closed;settle;ping 62|  2 error closed;msg-send text 61|  error closed;end", ""},
		{"a call fails at last", "drop|  closed;settle;ping 61;settle;end|  1 failed closed", ""},
		{"a waiter that was left over is cancelled", "ping 61|  > ping 61;drop|  closed;settle;cancel 1|  1 cancelled;end", ""},
		{"a waiter ends again", "ping 61|  > ping 61;drop|  1 failed closed|  closed;settle;cancel 1|  1 cancelled;end", "cancel 1:\n  1 cancelled\n"},
		{"a call is acknowledged", "drop|  closed;settle;ping 61;pong $1|  < 61|  1 acked 0s;end", "pong $1:\n  1 acked 0s\n"},
		{"something is sent", "drop|  closed;settle;recv-ping 61|  > pong 61;end", "recv-ping 61:\n  > pong 61\n"},
		{"something is received", "drop|  closed;settle;msg text 61|  message text 61;end", "msg text 61:\n  message text 61\n"},
		{"it says once more that it is closed", "drop|  closed;settle;settle|  closed;end", ""},
	} {
		r := talkOf(t, c.run)
		at := 0
		for r.Steps[at].Op.Kind != model.Settle {
			at++
		}
		if _, got, ok := leftoversAfter(r, at+1); !ok || got != c.got {
			t.Errorf("%s: got %q, %v, want %q\n%s", c.reason, got, ok, c.got, c.run)
		}
	}
	if _, _, ok := leftoversAfter(talkOf(t, "drop;settle;recv-ping 61|  > pong 61;end"), 2); ok {
		t.Error("an answer although it never took the connection for closed")
	}
}
