package model_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

func TestLanes(t *testing.T) {
	for _, c := range []struct {
		reason, trace string
		lane          uint8
	}{
		{"nothing happened yet", "", 0},
		{"one ping waits", "ping 61", 1},
		{"two are as many as three", "ping 61\nping 62\nping 63", 2},
		{"four are many", "ping 61\nping 62\nping 63\nping 64", 3},
		{"an acknowledged one is none", "ping 61\npong $1", 0},
		{"a cancelled one may absorb a Pong", "ping 61\ncancel 1", 1 << 2},
		{"closing, with a ping that waits", "ping 61\nclose", 1<<3 | 1},
		{"closed", "close\npeer-close", 2 << 3},
		{"a message is unfinished", "frag text 61", 1 << 5},
		{"and finished", "frag text 61\ncont 62 fin", 0},
		{"writes stall, and a Pong is owed", "block\nrecv-ping 61", 1<<6 | 1<<7},
		{"and go on", "block\nrecv-ping 61\nresume", 0},
	} {
		t.Run(c.reason, func(t *testing.T) {
			p, _ := model.FindProfile("coder")
			tr, err := text.ParseString("pongcheck-trace 1\n" + c.trace + "\n")
			if err != nil {
				t.Fatal(err)
			}
			checker := model.NewChecker(p, model.Everything())
			s := checker.Begin(model.NewState(p, model.Everything()), model.Config{})
			for i := range tr.Steps {
				s.Step(&tr.Steps[i].Op)
			}
			if lane := checker.Lane(); lane != c.lane {
				t.Errorf("lane %08b, %08b wanted", lane, c.lane)
			}
		})
	}
}
