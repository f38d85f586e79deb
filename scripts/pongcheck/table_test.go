package main

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/subject"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

func TestTableSaysWhatIncompleteMeans(t *testing.T) {
	for _, short := range []bool{false, true} {
		var b strings.Builder
		r := &row{target: &target{Entry: subject.Entry{Name: "lib"}}, impl: new(model.Implementation),
			result: &props.Result{Traces: 1}, short: short}
		(&check{known: newChoice("show")}).tell(&session{out: &output{w: &b}}, []*row{r, r}, nil)
		want := 0
		if short {
			want = 1
		}
		if n := strings.Count(b.String(), "\nincomplete: patience ended the run; -n or -budget runs it whole\n"); n != want {
			t.Errorf("short is %v, and it is told %d times:\n%s", short, n, &b)
		}
	}
}
