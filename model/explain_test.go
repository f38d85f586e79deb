package model_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
)

// Which Pong a Ping is owed is known without a reference.
func TestDiffer(t *testing.T) {
	for text, want := range map[string][2]string{
		"recv-ping 61\nsettle\nend\n": {"> pong 61", "(nothing)"},
		"recv-ping 0d900f00\n  > pong 0d900f\nrecv-ping 65\n  > pong 65\nsettle\n": {"> pong 0d900f00", "> pong 0d900f"},
		"recv-ping -\nsettle\nend\n":                {"> pong -", "(nothing)"},
		"ping 61\n  > ping 61\n  1 acked 0s\nend\n": {"", ""},
	} {
		r := judgeText(t, model.Version+"\n"+text)
		f := r.Failure()
		if f == nil {
			t.Fatalf("nothing FAILED in %s", text)
		}
		if w, s := r.Differ(f); w != want[0] || s != want[1] {
			t.Errorf("%s%s: want %q, seen %q; not %q", text, f.Class(), w, s, want)
		}
	}
}
