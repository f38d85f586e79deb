package model_test

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

func TestAdapt(t *testing.T) {
	core := model.KindsOf(model.Ping, model.Pong, model.Settle, model.Advance, model.Raw)
	for _, c := range []struct {
		reason string
		info   model.Info
		trace  string
		want   string // "-" for none
	}{
		{"nothing to do", model.Info{Can: core, Given: true}, "ping 61|pong $1", "ping 61|pong $1"},
		{"the subject chooses payloads", model.Info{Can: core, Chooses: true}, "ping 61|pong $1", "ping *|pong $1"},
		{"the subject cannot choose", model.Info{Can: core, Given: true}, "ping *", "-"},
		{"the subject does not ping", model.Info{Can: core}, "ping 61", "-"},
		{"an op that it cannot do", model.Info{Can: core, Given: true}, "cancel 1", "-"},
		{"no keepalive", model.Info{Can: core}, "config keepalive=20s/20s|advance 20s", "-"},
		{"half of the interval", model.Info{Can: core, Keeps: true, Timeouts: model.TimeoutHalf}, "config keepalive=20s/20s|settle", "config keepalive=20s/10s|settle"},
		{"one and a half", model.Info{Can: core, Keeps: true, Timeouts: model.TimeoutOneAndAHalf}, "config keepalive=20s/5s|settle", "config keepalive=20s/30s|settle"},
		{"no time-out", model.Info{Can: core, Keeps: true, Timeouts: model.TimeoutNone}, "config keepalive=20s/5s|settle", "config keepalive=20s/0s|settle"},
		{"real time would be spent", model.Info{Can: core, Real: true}, "advance 5s", "-"},
		{"no compression", model.Info{Can: core}, "config deflate=reset|settle", "-"},
		{"the other role", model.Info{Can: core, Roles: model.ClientRole}, "settle", "config role=client|settle"},
		{"raw bytes are for one role", model.Info{Can: core, Roles: model.ClientRole}, "raw 8900", "-"},
	} {
		tr, err := text.ParseString(model.Version + "\n" + strings.ReplaceAll(c.trace, "|", "\n") + "\n")
		if err != nil {
			t.Fatal(err)
		}
		got := "-"
		if a := c.info.Adapt(tr.Trace()); a != nil {
			_, lines, _ := strings.Cut(strings.TrimSpace(a.String()), "\n")
			got = strings.ReplaceAll(lines, "\n", "|")
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.reason, got, c.want)
		}
	}
}
