package concurrent

import (
	"strings"
	"testing"

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
		{&impl, "ping 61\nadvance 1s", "op 2, advance 1s, cannot be done at once with others"},
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
