package driver

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// A trace that fails alone is a finding, and the traces around it are answered
// as if nothing had happened.
func TestFindings(t *testing.T) {
	for _, tt := range []struct {
		name, want string // of the odd trace, from its first op
		things     []string
	}{
		{"dies", "ping -\n  > ping 61\nping 646965\n  ! process exit-3: last words\n", []string{"", "die", ""}},
		{"is killed", "ping 6b696c6c\n  ! process signal-9: ", []string{"kill", ""}},
		{"hangs", "ping -\n  > ping 61\nping 68616e67\n  ! hang\n", []string{"", "hang", ""}},
		{"says that it hangs", "ping 7361792068616e67\n  ! hang\n", []string{"say hang", ""}},
		{"waits for the whole trace", "ping 64656166\n  ! process exit-3: last words\n", []string{"deaf", "", "die"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := open(t, "", Options{Processes: 2, Ahead: 8, Silence: time.Second})
			got, err := collect(t, d, 30, 11, do(tt.things...))
			if err != nil || len(got) != 30 {
				t.Fatalf("%d transcripts, error %v", len(got), err)
			}
			for i, tr := range got {
				if (i == 11) == tr.Ended {
					t.Errorf("trace %d: ended is %v", i, tr.Ended)
				}
			}
			text := got[11].String()
			if _, ops, _ := strings.Cut(text, "seed=12\n"); !strings.HasPrefix(ops, tt.want) {
				t.Errorf("got\n%s\nwant\n%s", ops, tt.want)
			}
		})
	}
}

// A driver that answers otherwise when it is alone, and one that prints what is
// no answer, is in trouble, and says nothing about its subject.
func TestTrouble(t *testing.T) {
	for _, tt := range []struct {
		thing, want string
		before      int // transcripts that come all the same
	}{
		{"babble", `it printed "lorem ipsum"; want "ping 626162626c65", which was sent`, 11},
		{"bad outcome", `it printed the outcome "  smiled"`, 11},
		{"wrong echo", `it printed "ping 00"; want`, 11},
		{"refuse", `it refused what was sent: "error 12: no such op"`, 11},
		{"endless", "a line of more than 1048576 bytes", 11},
		{"flood", "the answer to one trace has more than 262144 lines", 11},
		{"leak", "it ended (exit-4) while it owed an answer; yet every trace it had left succeeds alone", 12},
	} {
		t.Run(tt.thing, func(t *testing.T) {
			t.Parallel()
			processes := 2
			if tt.thing == "leak" { // of a second one the trace at fault may be the first
				processes = 1
			}
			d := open(t, "", Options{Processes: processes, Ahead: 8, Silence: 3 * time.Second})
			got, err := collect(t, d, 200, 11, do("", tt.thing))
			var trouble *Trouble
			if !errors.As(err, &trouble) || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got error %v\nwant %s", err, tt.want)
			}
			if len(got) < tt.before || len(got) > tt.before+16 {
				t.Errorf("%d transcripts before the error, want %d", len(got), tt.before)
			}
			if odd := trouble.Trace; tt.thing != "leak" && (odd == nil || odd.Config.Seed != 12) {
				t.Errorf("the trouble is with trace %v", odd)
			}
		})
	}
}

// What happens at the end is the outcome of the end, which counts.
func TestFindingsAtTheEnd(t *testing.T) {
	for _, tt := range []struct{ thing, want string }{
		{"die at the end", "end\n  ! process exit-3: last words\n"},
		{"say hang at the end", "end\n  ! hang\n"},
	} {
		t.Run(tt.thing, func(t *testing.T) {
			t.Parallel()
			d := open(t, "client", Options{Processes: 1})
			got, err := collect(t, d, 5, 2, do(tt.thing))
			if err != nil {
				t.Fatal(err)
			}
			if text := got[2].String(); !got[2].Ended || !strings.HasSuffix(text, tt.want) {
				t.Errorf("got\n%s\nwant it to end with\n%s", text, tt.want)
			}
		})
	}
}

// A driver that fails on nothing at all says nothing about any trace.
func TestHollowDriver(t *testing.T) {
	d := open(t, "hollow", Options{Processes: 1})
	got, err := collect(t, d, 5, -1, nil)
	var trouble *Trouble
	if !errors.As(err, &trouble) || len(trouble.Trace.Ops) != 0 || !strings.Contains(err.Error(), "an empty trace only") {
		t.Errorf("got %d transcripts, error %v", len(got), err)
	}
}

// Where the clock is real, an answer may take the time that its trace lets pass.
func TestRealTimeIsGranted(t *testing.T) {
	t.Parallel()
	trace := do("take time")
	trace.Ops = append(trace.Ops, model.Op{Kind: model.Advance, Time: 5 * time.Second})
	for how, hangs := range map[string]bool{"real": false, "": true} {
		d := open(t, how, Options{Processes: 1, Silence: 400 * time.Millisecond})
		got, err := collect(t, d, 1, 0, trace)
		if err != nil || len(got) != 1 || got[0].Ended == hangs {
			t.Errorf("%q: got %v, error %v", how, got, err)
		}
	}
}

func TestSlowBatchIsNoTrouble(t *testing.T) {
	t.Parallel()
	d := open(t, "", Options{Processes: 1, Ahead: 8, Silence: time.Second})
	if got, err := collect(t, d, 30, 11, do("leak silently")); err != nil || len(got) != 30 {
		t.Errorf("%d transcripts, error %v", len(got), err)
	}
}

func TestRestartsAreBounded(t *testing.T) {
	t.Parallel()
	d := open(t, "", Options{Processes: 1, Restarts: 3})
	n := 0
	for _, err := range d.run(t.Context(), head(1000, do("die"))) {
		if err != nil {
			if !strings.Contains(err.Error(), "started again 3 times") {
				t.Error(err)
			}
			break
		}
		n++
	}
	if n == 0 || n > 3 {
		t.Errorf("%d findings before it gave up", n)
	}
}

func TestStderrIsBounded(t *testing.T) {
	d := open(t, "", Options{Processes: 1})
	_, err := collect(t, d, 3, 1, do("noise", "babble"))
	var trouble *Trouble
	if !errors.As(err, &trouble) || len(trouble.Stderr) != maxTroubleStderr || !strings.HasSuffix(err.Error(), "\n\tthe end") {
		t.Errorf("got %v", err)
	}
}
