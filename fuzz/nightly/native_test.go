package nightly

import (
	"errors"
	"testing"
	"time"
)

func TestReadNative(t *testing.T) {
	const told = "fuzz: elapsed: 3s, execs: 25538 (8511/sec), new interesting: 22 (total: 181)\n"
	failed := errors.New("exit status 1")
	for _, c := range []struct {
		why  string
		ran  ran
		want slice
	}{
		{"all of it", ran{out: []byte(told + "PASS\n")}, slice{executions: 25538, fresh: 22}},
		{"cut, after it told", ran{out: []byte(told + "    Failing input written to testdata/fuzz/FuzzX/1\n"), err: failed}, slice{executions: 25538, fresh: 22, cut: true}},
		{"cut before", ran{out: []byte("    Failing input written to testdata/fuzz/FuzzX/1\n"), err: failed}, slice{executions: 1, cut: true}},
		{"its own input fails", ran{out: []byte("failure while testing seed corpus entry: FuzzX/seed#0\n"), err: failed}, slice{blocked: "seed#0"}},
	} {
		got := readNative(Target{Name: "FuzzX"}, &c.ran)
		if got.executions != c.want.executions || got.fresh != c.want.fresh || got.cut != c.want.cut || got.blocked != c.want.blocked || got.err != nil {
			t.Errorf("%s: %+v", c.why, got)
		}
	}
}

// A slice that a failing input cut does not make the next one short.
func TestAccount(t *testing.T) {
	n := &night{Options: Options{Log: t.Logf}}
	u := &unit{running: new(running), kind: Native, n: 50_000}
	n.account(u, &slice{executions: 1, cut: true, wall: 300 * time.Millisecond}, 10*time.Second)
	if u.n != 50_000 {
		t.Errorf("after one that was cut: %d inputs, want as many as before", u.n)
	}
	n.account(u, &slice{executions: 50_000, wall: 5 * time.Second}, 10*time.Second)
	if u.n != 100_000 {
		t.Errorf("after one of half the time: %d inputs, want twice as many", u.n)
	}
}
