package shrink

import (
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

func TestAlphabetOf(t *testing.T) {
	all := model.Everything()
	core := model.Info{Can: model.KindsOf(model.Ping, model.Pong, model.Settle), Given: true}
	chooser := core
	chooser.Given, chooser.Chooses = false, true
	for _, c := range []struct {
		reason, trace, want string
		info                model.Info
	}{
		{"what all begins with", "", "ping, cancel, pong of 62, 61; settle", all},
		{"what the subject can", "", "ping, pong of 62, 61; settle", core},
		{"as many names as it has", "ping 61|ping 62|ping 63|pong 63", "ping, cancel, pong of 62, 61, 63; settle", all},
		{"payloads that mean something", "recv-ping 61*125|ping -", "ping, cancel, pong, recv-ping of 62, 61, 61*125, -; settle", all},
		{"echoes and what is done to them", "ping 0d00|pong $1|pong $1[:1]|pong $1+00", "ping, cancel, pong of 62, 61, 0d00, echoes changed as $1[:1], echoes changed as $1+00; settle", all},
		{"any other op, as it is, once", "advance 20s|pong $k1|cancel k1|advance 20s|close", "ping, cancel, pong of 62, 61; settle; advance 20s; pong $k1; cancel k1; close", all},
		{"what the subject chooses", "ping *|pong $1", "pong of 62, 61; settle; ping *", chooser},
	} {
		if got := AlphabetOf(propstest.ParseTrace(t, c.trace), c.info).String(); got != c.want {
			t.Errorf("%s: got {%s}, want {%s}", c.reason, got, c.want)
		}
	}
}

// sorted is the mutant that shows nothing unless a later ping has a smaller name.
func sorted(m *propstest.Mutant, ev *model.Event, _ *model.Outcome) {
	if _, is := m.Waiting[ev.Data]; ev.Kind == model.Pong && is && len(m.Waiting) > 1 && ev.Data < m.Number[1] {
		panic("sorted")
	}
}

// classOf is the class of the failure that impl shows on tr, or "".
func classOf(t *testing.T, impl *model.Implementation, tr *model.Trace) string {
	t.Helper()
	r, err := model.Check(t.Context(), propstest.FindProfile("websockets"), impl, tr)
	if err != nil {
		t.Fatal(err)
	}
	if f := r.Failure(); f != nil {
		return f.Class()
	}
	return ""
}

func TestCertify(t *testing.T) {
	for _, c := range []struct {
		reason, trace string
		spoil         func(*propstest.Mutant, *model.Event, *model.Outcome)
		most          int
		want          string // the shorter trace, or the certificate
	}{
		{"the shortest is certified", "ping 61|cancel 1|pong $1", propstest.Crashes, 1000,
			"none shorter: all 18 traces of up to 2 ops from {ping, cancel, pong of 62, 61; settle} were tried"},
		{"what is longer is replaced", "ping 61|settle|cancel 1|pong $1", propstest.Crashes, 10000, "ping 62|cancel 1|pong $1"},
		{"names that are not alike come in the order that shows it", "ping 62|ping 61|settle|pong $2", sorted, 10000, "ping 62|ping 61|pong $2"},
		{"a budget ends it", "ping 61|settle|cancel 1|pong $1", propstest.Crashes, 20,
			"none of up to 2 ops: 20 traces from {ping, cancel, pong of 62, 61; settle} were tried, and the budget was used up"},
		{"its own ops suffice where all are too many", "ping 61|cancel 1|pong $1", propstest.Crashes, 15,
			"none shorter: all 12 traces of up to 2 ops from {ping, cancel, pong of 62, 61} were tried"},
		{"the shortest of all", "recv-ping 61*125|settle", propstest.Mute, 1000,
			"none shorter: all 8 traces of up to 1 ops from {ping, cancel, pong, recv-ping of 62, 61, 61*125; settle} were tried"},
	} {
		impl := propstest.Broken(c.spoil)
		tr := propstest.ParseTrace(t, c.trace)
		class := classOf(t, impl, tr)
		shorter, certificate, err := Certify(t.Context(), tr, impl.Info, c.most, func(c *model.Trace) bool { return classOf(t, impl, c) == class })
		got := ""
		switch {
		case err != nil:
			t.Error(err)
		case shorter != nil:
			got = propstest.OneLine(shorter)
		default:
			got = certificate.String()
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.reason, got, c.want)
		}
	}
}

func TestACertificateIsForTheFailureClass(t *testing.T) {
	impl := propstest.Broken(func(m *propstest.Mutant, ev *model.Event, out *model.Outcome) {
		propstest.Mute(m, ev, out)
		propstest.Crashes(m, ev, out)
	})
	tr := propstest.ParseTrace(t, "ping 61|cancel 1|recv-ping 61*125|pong $1")
	fails := func(c *model.Trace) bool { return classOf(t, impl, c) == "crash propstest.invalidStateError" }
	shorter, _, err := Certify(t.Context(), tr, impl.Info, 100_000, fails)
	if err != nil || shorter == nil || propstest.OneLine(shorter) != "ping 62|cancel 1|pong $1" {
		t.Errorf("got %v, %v", shorter, err)
	}
}
