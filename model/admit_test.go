package model_test

import (
	"context"
	"iter"
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

// untouched fails the test if it is stepped at all but for Open, End and what it can do.
type untouched struct {
	t    *testing.T
	info *model.Info
}

func (u untouched) Step(ev *model.Event, _ *model.Outcome) {
	switch {
	case ev.Kind == model.Open && !u.info.AdmitsConfig(ev.Config):
		u.t.Errorf("it was opened with %+v", *ev.Config)
	case ev.Kind != model.Open && ev.Kind != model.End && !u.info.Can.Has(ev.Kind):
		u.t.Errorf("it was stepped by %s", ev.Kind)
	}
}

// What a subject cannot do is not asked of it by any door, and is no failure of it.
func TestASubjectIsNotAskedForWhatItCannotDo(t *testing.T) {
	info := model.Info{Can: model.KindsOf(model.RecvPing, model.Settle), Sees: model.SeesClosed, Roles: model.ServerRole}
	for ops, want := range map[string]struct {
		unsupported int
		refusal     string
	}{
		"config role=client|recv-ping 61|settle":   {2, "the subject cannot do that: config role=client"},
		"config keepalive=1s/2s|settle":            {1, "the subject cannot do that: config keepalive=1s/2s"},
		"config deflate=reset|settle":              {1, "the subject cannot do that: config deflate"},
		"config cut=3|settle":                      {1, "the subject cannot do that: config cut=3"},
		"block|resume":                             {2, "the subject cannot do that: op 1, block, and each other op"},
		"block|recv-ping 61|ping 61|ping *|settle": {3, ""},
	} {
		tr, err := text.ParseString(model.Version + "\n" + strings.ReplaceAll(ops, "|", "\n") + "\n")
		if err != nil {
			t.Fatal(err)
		}
		trace := tr.Trace()
		refusal := ""
		if err := info.Refuses(trace); err != nil {
			refusal = err.Error()
		}
		if refusal != want.refusal {
			t.Errorf("%s: refused by %q, want %q", ops, refusal, want.refusal)
		}
		subject := untouched{t, &info}
		c := model.NewChecker(model.RFC(), info)
		c.Record = true
		for door, r := range map[string]*model.Report{
			"Run":   c.Run(subject, trace).Clone(),
			"Begin": session(model.NewChecker(model.RFC(), info), subject, trace),
		} {
			if r.Verdict != model.OK || r.Unsupported != want.unsupported || r.Ops != len(trace.Ops) {
				t.Errorf("%s, %s: %s, %d of %d ops unsupported, want %d", door, ops, r.Verdict, r.Unsupported, r.Ops, want.unsupported)
			}
		}
	}
	elsewhere := &model.Implementation{Info: info, Run: func(context.Context, iter.Seq[*model.Trace]) iter.Seq2[*model.Transcript, error] {
		t.Error("the driver was asked")
		return nil
	}}
	r, err := model.Check(t.Context(), model.RFC(), elsewhere, &model.Trace{Config: model.Config{Role: model.Client}, Ops: []model.Op{{Kind: model.Settle}}})
	if err != nil || r.Unsupported != 1 {
		t.Errorf("by a driver: %+v, error %v", r, err)
	}
}
