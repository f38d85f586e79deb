package concurrent

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/model/text"
)

// The same seed gives the same history, to the stamp; another one soon does not.
func TestSchedulesRepeat(t *testing.T) {
	for _, m := range specimen.Races() {
		impl, other := m.Implementation(), 0
		for i := range uint64(100) {
			trace := Generate(impl.Info, 7, i)
			first := historyOf(t, impl, trace)
			if again := historyOf(t, impl, trace); first != again {
				t.Fatalf("%s, trace %d: once\n%s\nand then\n%s", m.Name, i, first, again)
			}
			trace.Config.Seed++
			if historyOf(t, impl, trace) != first {
				other++
			}
		}
		if other < 50 {
			t.Errorf("%s: another seed gave another history for %d of 100 traces", m.Name, other)
		}
	}
}

func historyOf(t *testing.T, impl *model.Implementation, trace *model.Trace) string {
	t.Helper()
	h, err := Run(impl, trace, false)
	if err != nil {
		t.Fatal(err)
	}
	return h.String()
}

func TestRaceRefusesWhatItCannotDo(t *testing.T) {
	impl := specimen.Shared()[0]
	sequential := impl
	sequential.Race = nil
	for _, test := range []struct {
		impl     *model.Implementation
		ops, why string
	}{
		{&impl, "ping 61\nblock", "op 2, block, cannot be done at once with others"},
		{&impl, "ping 61\nadvance 1s", "op 2, advance 1s: specimen/shared-exact cannot do that"},
		{&impl, "ping *", "op 1, ping *: specimen/shared-exact cannot do that"},
		{&impl, "msg-send text 61", "op 1, msg-send text 61: specimen/shared-exact cannot do that"},
		{&impl, strings.Repeat("ping 61\n", 17), "17 ops with 17 pings are too many at once: at most 40 and 16"},
		{&sequential, "ping 61", "specimen/shared-exact cannot be called from many goroutines: it has no Race"},
	} {
		tr, err := text.ParseString(model.Version + "\n" + test.ops)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Run(test.impl, tr.Trace(), false); err == nil || err.Error() != test.why {
			t.Errorf("%s: want %q, got %v", test.ops, test.why, err)
		}
	}
}

// spinning yields for ever.
type spinning struct{ w model.Witness }

func (s spinning) Do(ev *model.Event) {
	for range 3 * maxTurns * int(ev.Kind&model.Ping) {
		s.w.Yield("again")
	}
}

func TestTurnsAreBounded(t *testing.T) {
	impl := specimen.Shared()[0]
	impl.Race = func(w model.Witness) model.Racer { return spinning{w} }
	if _, err := Run(&impl, &model.Trace{Ops: []model.Op{{Kind: model.Ping}}}, false); err != nil {
		t.Error(err)
	}
}

// Every way in which a connection ends is drawn, with ops after it now and then; and whoever
// cannot ping gets no pings, whatever else it can do.
func TestGenerateDrawsWhatTheSubjectCanDo(t *testing.T) {
	keepalives, answers := 0, 0 // traces with a keepalive, and Pongs for it
	ponger := model.Info{Can: model.AllKinds &^ model.KindsOf(model.Ping), Sees: model.SeesAll, Roles: model.ServerRole}
	silent := model.Info{Can: model.KindsOf(model.Drop, model.Settle), Sees: model.SeesAll}
	for name, info := range map[string]model.Info{"all": model.Everything(), "a ponger": ponger, "hardly anything": silent} {
		drawn, later := map[model.Kind]int{}, 0
		for i := range uint64(2000) {
			trace := Generate(info, 1, i)
			if !info.Admits(trace) {
				t.Fatalf("%s cannot do\n%s", name, trace)
			}
			if trace.Config.Interval > 0 {
				keepalives++
			}
			ended := false
			for _, o := range trace.Ops {
				drawn[o.Kind]++
				if o.Data.Keep {
					answers++
				}
				if ended && o.Kind != model.Settle {
					later++
				}
				ended = ended || endsConnection.Has(o.Kind)
			}
		}
		if drawn[model.Drop] < 50 || name == "all" && (drawn[model.EOF] < 50 || drawn[model.PeerClose] < 50 || drawn[model.Close] < 50 || later < 200) {
			t.Errorf("%s: %v, %d ops after the end", name, drawn, later)
		}
		if can := info.Can.Has(model.Ping); can != (drawn[model.Ping] > 0) || !can && drawn[model.Cancel] > 0 || name == "a ponger" && drawn[model.RecvPing] < 1000 {
			t.Errorf("%s: %v", name, drawn)
		}
		if can := info.Can.Has(model.Advance); can != (drawn[model.Advance] >= 500) || info.Keeps != (keepalives >= 500) || info.Keeps != (answers >= 500) {
			t.Errorf("%s: %v, %d keepalives with %d Pongs", name, drawn, keepalives, answers)
		}
		keepalives, answers = 0, 0
	}
}

// A frame that was under way when the connection was closed may leave; one after everything
// came to rest may not.
func TestFramesAfterClosed(t *testing.T) {
	pong := func(at int64) SentFrame { return SentFrame{at, model.Frame{Opcode: frame.Pong}} }
	for name, c := range map[string]struct {
		h    History
		want string
	}{
		"before":        {History{Frames: []SentFrame{pong(2)}, Closed: 3, Settles: []int64{4, 8}, Finish: 9}, ""},
		"under way":     {History{Frames: []SentFrame{pong(4)}, Closed: 3, Settles: []int64{5, 8}, Finish: 9}, ""},
		"after rest":    {History{Frames: []SentFrame{pong(6)}, Closed: 3, Settles: []int64{5, 8}, Finish: 9}, "send.after-closed"},
		"never closed":  {History{Frames: []SentFrame{pong(6)}, Settles: []int64{5, 8}, Finish: 9}, ""},
		"at the end":    {History{Frames: []SentFrame{pong(10)}, Closed: 11, Settles: []int64{5, 8}, Finish: 9}, ""},
		"after the end": {History{Frames: []SentFrame{pong(10)}, Closed: 3, Settles: []int64{5, 8}, Finish: 9}, ""},
	} {
		c.h.Trace = &model.Trace{}
		got := ""
		if flaw := c.h.illegalFrame(); flaw != nil {
			got = flaw.Class()
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}
