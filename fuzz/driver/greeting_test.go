package driver

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

func TestGreeting(t *testing.T) {
	got := open(t, "", Options{}).greeting
	want := greeting{Name: "fake/honest", Version: "1.2", Runtime: "Go test", Info: model.Info{
		Can:   model.KindsOf(model.Ping, model.Cancel, model.Pong, model.Close, model.Advance, model.Settle),
		Sees:  model.SeesAll &^ model.SeesConnLat,
		Roles: model.BothRoles, Chooses: true, Given: true, Keeps: true, Cuts: true,
	}}
	if got != want {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
	got = open(t, "client", Options{}).greeting
	want = greeting{Name: "a", Version: "1", Joins: true, Info: model.Info{
		Can: model.AllKinds, Sees: model.SeesConnLat, Roles: model.ClientRole, Chooses: true, Deflate: true,
		Keeps: true, Timeouts: model.TimeoutHalf, OwnPings: true}}
	if got != want {
		t.Errorf("got\n%+v\nwant\n%+v", got, want)
	}
}

func TestGreetingTrouble(t *testing.T) {
	for how, want := range map[string]string{
		"no-driver": `its first line is "hello world", and a driver's is "pongcheck-driver 1"`,
		"version":   `it speaks "pongcheck-driver 2"`,
		"no-sees":   `no line "sees"`,
		"subject":   "want: subject NAME VERSION",
		"endless":   "a line of more than",
		"chatty":    "more than 100 lines",
		"short":     "it ended before its greeting did (exit-7); run it by hand to see why\nits stderr ends with:\n\tTraceback: no module named ws",
		"slow":      "no greeting within 1s",
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			o := Options{Env: []string{"PONGCHECK_FAKE=" + how}}
			if how == "slow" {
				o.Greeting = time.Second
			}
			_, err := Open(t.Context(), o, os.Args[0])
			var trouble *Trouble
			if !errors.As(err, &trouble) || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v\nwant %s", err, want)
			}
		})
	}
}

func TestGreetingMustStay(t *testing.T) {
	d := open(t, "moody", Options{Processes: 2, Ahead: 1})
	_, err := collect(t, d, 100, 0, do("hang"))
	if err == nil || !strings.Contains(err.Error(), "greets otherwise") {
		t.Errorf("got %v", err)
	}
}

func TestCannotStart(t *testing.T) {
	_, err := Open(t.Context(), Options{}, "pongcheck-no-such-command")
	if err == nil || !strings.Contains(err.Error(), "install it, or give its path") {
		t.Errorf("got %v", err)
	}
	if _, err := Open(t.Context(), Options{}); err == nil {
		t.Error("no command was no error")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, Options{}, os.Args[0]); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// The end of the context ends the wait for a greeting.
func TestContextEndsGreeting(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := Open(ctx, Options{Env: []string{"PONGCHECK_FAKE=slow"}}, os.Args[0])
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestLimitsOfTheGreeting(t *testing.T) {
	for _, c := range []struct {
		line, problem string
		want          model.Limits
	}{
		{"control=4 the docs, page 3", "", model.Limits{Control: 4, Source: "the docs, page 3"}},
		{"data https://example.com/docs", "", model.Limits{Data: true, Source: "https://example.com/docs"}},
		{"control=4 data", "where they are documented", model.Limits{Control: 4, Data: true}},
	} {
		var g greeting
		err := g.parseLine("limits", strings.Fields(c.line))
		if got := g.Info.Limits; got != c.want || (err == nil) != (c.problem == "") || err != nil && !strings.Contains(err.Error(), c.problem) {
			t.Errorf("limits %s: got %+v, %v, want %+v, %q", c.line, got, err, c.want, c.problem)
		}
		if _ = g.parseLine("can", []string{"ops=ping"}); g.Info.Limits != c.want {
			t.Errorf("limits %s: the line can forgets them", c.line)
		}
	}
}

func TestTheMarkJoinIsSentOnlyToWhoHeedsIt(t *testing.T) {
	joined := &model.Trace{Ops: []model.Op{{Kind: model.Pong, Join: true}, {Kind: model.Pong}}}
	if g := (greeting{Joins: true}); g.restrictTrace(joined) != joined {
		t.Error("a driver that joins got another trace")
	}
	idle := &model.Trace{Ops: []model.Op{{Kind: model.Pong, Join: true}, {Kind: model.Settle}, {Kind: model.RecvPing, Join: true}}}
	if got := (&greeting{Joins: true}).restrictTrace(idle); got.Ops[0].Join || got.Ops[2].Join || !idle.Ops[0].Join {
		t.Errorf("a mark that joins nothing is sent: %s", got)
	}
	if got := new(greeting).restrictTrace(joined); got.Ops[0].Join || !joined.Ops[0].Join || len(got.Ops) != 2 {
		t.Errorf("got %s of %s", got, joined)
	}
}
