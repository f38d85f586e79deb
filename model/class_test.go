package model_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// A class says which rule was broken and, where that has several causes, in which way.
func TestClasses(t *testing.T) {
	info := model.Everything()
	info.Deflate = true
	for transcript, want := range map[string]string{
		"raw 890161| > pong 61|settle":                                         "recv.mask server",
		"config role=client|raw 898137fa213d56| > pong 61|settle":              "recv.mask client",
		"raw c98037fa213d|settle":                                              "recv.rsv control",
		"raw c18037fa213d|settle":                                              "recv.rsv data",
		"raw 838037fa213d|settle":                                              "recv.opcode data",
		"raw 8b8037fa213d|settle":                                              "recv.opcode control",
		"config deflate=reset|raw c98037fa213d|settle":                         "recv.rsv1 control",
		"raw 8900| > close 1002|recv-ping 61| > pong 61| > eof|settle":         "recv.after-fail mask",
		"recv-ping 61| > pong 61 mask=wrong|settle":                            "send.mask server",
		"config role=client|recv-ping 61| > pong 61 mask=wrong|settle":         "send.mask client",
		"recv-ping 61| > pong 61 rsv=1|settle":                                 "send.rsv pong",
		"ping 61| > ping 61 fin=0|settle":                                      "send.fin ping",
		"recv-ping 61626364| > pong 616263|settle":                             "pong.echo short, pong.owed",
		"recv-ping 61626364| > pong 6162636465|settle":                         "pong.echo long, pong.owed",
		"recv-ping 61| > close 1002| > eof|settle":                             "recv.legal accused",
		"recv-ping 61|settle":                                                  "pong.owed",
		"msg text 61|settle":                                                   "message.received lost",
		"msg text 61| message text 62|settle":                                  "message.received",
		"msg text 61| message binary 61|settle":                                "message.received as-binary",
		"msg binary 61| message text 61|settle":                                "message.received as-text",
		"frag text 61| message text 61|settle":                                 "message.received unfinished",
		"recv-ping 61| > pong 61| message text 61|settle":                      "message.received invented",
		"frag text 61|recv-ping 70| > close 1002| > eof|settle":                "message.received ended",
		"msg text -|msg text 61| message text 61|settle":                       "message.received lost",
		"ping 61| > ping 61| 1 error duplicate|settle":                         "ping.refused sent",
		"ping 61| 1 error duplicate|settle":                                    "ping.refused duplicate",
		"ping 61| 1 error too-long|settle":                                     "ping.refused too-long",
		"ping 61|settle":                                                       "ping.sent missing",
		"ping 61| > ping 62|settle":                                            "ping.sent",
		"ping 61| > ping 61|pong 61| 1 acked| 1 acked|settle":                  "waiter.once",
		"ping 61| > ping 61|drop| 1 failed closed| 1 cancelled| closed|settle": "waiter.once",
		"send-pong 61|settle":                                                  "send.lost pong",
		"msg-send text 61|settle":                                              "send.lost",
		"recv-ping 61| ! here IndexError: x":                                   "crash IndexError",
	} {
		tr, err := text.ParseString(model.Version + "\n" + strings.NewReplacer("| ", "\n  ", "|", "\n").Replace(transcript) + "\n")
		if err != nil {
			t.Fatalf("%s: %v", transcript, err)
		}
		r, err := model.Judge(model.RFC(), info, tr, model.InProcess)
		if err != nil {
			t.Fatal(err)
		}
		var classes []string
		for i := range r.Findings {
			f := &r.Findings[i]
			classes = append(classes, f.Class())
			if word, has := strings.CutPrefix(f.Class(), f.Rule.String()+" "); has && f.Crash == "" && !slices.Contains(f.Rule.Rule().Causes(), word) {
				t.Errorf("%s: the causes %q lack %q", f.Rule, f.Rule.Rule().Causes(), word)
			}
		}
		if got := strings.Join(classes, ", "); got != want {
			t.Errorf("%s: got %s, want %s", transcript, got, want)
		}
	}
}

// Findings of one class are counted, and those of another one of the same rule are told apart.
func TestFindingsAreCounted(t *testing.T) {
	tr, err := text.ParseString(model.Version + "\nmsg text 61\nsettle\nmsg text 62\nsettle\nmsg text 63\n  message text 64\nsettle\n")
	if err != nil {
		t.Fatal(err)
	}
	r, err := model.Judge(model.RFC(), model.Everything(), tr, model.InProcess)
	if err != nil || len(r.Findings) != 2 || r.Findings[0].Count != 2 || r.Findings[0].Op != 2 || r.Findings[1].Count != 1 || r.Findings[1].Class() != "message.received" {
		t.Errorf("findings %+v, error %v", r.Findings, err)
	}
}

// The id of a rule stands for all its classes.
func TestInClass(t *testing.T) {
	for _, c := range []struct {
		class, wanted string
		want          bool
	}{
		{"recv.mask server", "recv.mask server", true},
		{"recv.mask server", "recv.mask", true},
		{"recv.mask server", "recv.mask client", false},
		{"recv.rsv1 control", "recv.rsv", false},
		{"message.received", "message.received lost", false},
		{"crash IndexError", "crash", true},
	} {
		if got := model.InClass(c.class, c.wanted); got != c.want {
			t.Errorf("%s in %s: %v", c.class, c.wanted, got)
		}
	}
}
