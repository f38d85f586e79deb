package model_test

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// What an end of the connection after a legal frame is depends on its Close, on the
// documented limits of the subject, and on who sees it.
func TestEndByALegalFrame(t *testing.T) {
	flood := model.Limits{Control: 3, Source: "the documentation"}
	data := model.Limits{Data: true, Source: "the documentation"}
	const pings, message = "recv-ping 61\n  > pong 61\npong 62\nrecv-ping 63\n", "msg text 61\n"
	const bare, policy, accuses = "  > eof\n  closed\n", "  > close 1008\n  > eof\n  closed\n", "  > close 1002\n  > eof\n  closed\n"
	for _, c := range []struct {
		reason     string
		transcript string
		limits     model.Limits
		from       model.Vantage
		want       model.Verdict
	}{
		{"a Close for a policy", pings + policy, model.Limits{}, model.InProcess, model.NonStrict},
		{"an end without a Close", pings + bare, model.Limits{}, model.InProcess, model.FAILED},
		{"seen by a driver, too", pings + bare, model.Limits{}, model.ByDriver, model.FAILED},
		{"a wire proves no cause", pings + bare, model.Limits{}, model.OnWire, model.Informational},
		{"nor does a log", message + bare, model.Limits{}, model.InLog, model.Informational},
		{"a documented flood", pings + policy, flood, model.InProcess, model.OK},
		{"a documented flood without a Close", pings + bare, flood, model.InProcess, model.OK},
		{"the documented flood is not reached", "recv-ping 61\n" + bare, flood, model.InProcess, model.FAILED},
		{"a flood allows no accusation", pings + accuses, flood, model.InProcess, model.FAILED},
		{"data is no flood", message + bare, flood, model.InProcess, model.FAILED},
		{"foreign data", message + bare, data, model.InProcess, model.OK},
		{"a Ping is no data", pings + bare, data, model.InProcess, model.FAILED},
		{"nothing is documented without a place", pings + bare, model.Limits{Control: 3}, model.InProcess, model.FAILED},
		{"on a wire an accusation is one", pings + accuses, model.Limits{}, model.OnWire, model.FAILED},
	} {
		tr, err := text.ParseString(model.Version + "\n" + c.transcript)
		if err != nil {
			t.Fatal(err)
		}
		info := model.Everything()
		info.Limits = c.limits
		if r, err := model.Judge(model.RFC(), info, tr, c.from); err != nil || r.Verdict != c.want {
			t.Errorf("%s: got %v, %v, want %v\n%s", c.reason, r.Verdict, err, c.want, model.VerdictLines(r))
		}
	}
}
