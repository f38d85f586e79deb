package props

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// upTo is the profile of the trackers of this test. It leaves open what becomes of a
// ping whose payload is pending: each time, to refuse it and to send it are both
// right.
var upTo = model.Profile{Name: "up-to", Policy: model.UpTo, Sends: true, Timed: true}

// tracker is a right tracker by that profile, as long as nothing spoils it. It
// refuses a ping whose payload is pending unless sends says otherwise: a choice
// that no single run can show to be wrong, whatever it depends on.
type tracker struct {
	sends func(k *tracker, data string) bool
	spoil func(k *tracker, ev *model.Event, out *model.Outcome)

	opens     int
	cut       int
	now       time.Duration
	closed    bool
	pending   []tracked
	strays    int    // Pongs that matched nothing
	last      string // the last Pong, with "pong " before it
	twice     bool   // a Pong came twice in a row
	cancelled int    // lastly
	backwards bool   // an older ping was cancelled after a newer one
}

type tracked struct {
	n    int
	data string
	sent time.Duration
	gone bool
}

func (k *tracker) Step(ev *model.Event, out *model.Outcome) {
	switch tooLong := len(ev.Data) > frame.MaxControl; {
	case ev.Kind == model.Open:
		*k = tracker{sends: k.sends, spoil: k.spoil, opens: k.opens + 1, cut: ev.Config.Cut, pending: k.pending[:0]}
		return
	case ev.Kind == model.Ping:
		k.ping(ev, out)
	case ev.Kind == model.Cancel:
		k.cancel(ev.N, out)
	case ev.Kind == model.Advance:
		k.now += ev.Time
	case ev.Kind == model.Drop || ev.Kind == model.End || tooLong:
		k.close(out)
	case ev.Kind == model.Pong:
		k.pong(strings.Clone(ev.Data), out)
	case ev.Kind == model.RecvPing && !k.closed:
		out.Frames = append(out.Frames, model.Frame{Opcode: frame.Pong, Data: ev.Data})
	}
	if k.spoil != nil {
		k.spoil(k, ev, out)
	}
}

func (k *tracker) find(data string) int {
	return slices.IndexFunc(k.pending, func(p tracked) bool { return p.data == data })
}

func (k *tracker) ping(ev *model.Event, out *model.Outcome) {
	refused := model.NoError
	switch at := k.find(ev.Data); {
	case k.closed:
		refused = model.ErrClosed
	case len(ev.Data) > frame.MaxControl:
		refused = model.ErrTooLong
	case at >= 0 && !(k.sends != nil && k.sends(k, ev.Data)):
		refused = model.ErrDuplicate
	}
	if refused != model.NoError {
		out.Resolutions = append(out.Resolutions, model.Resolution{N: ev.N, How: model.Refused, Err: refused})
		return
	}
	k.pending = append(k.pending, tracked{n: ev.N, data: strings.Clone(ev.Data), sent: k.now})
	out.Frames = append(out.Frames, model.Frame{Opcode: frame.Ping, Data: ev.Data})
}

func (k *tracker) cancel(n int, out *model.Outcome) {
	for i := range k.pending {
		if p := &k.pending[i]; p.n == n && !p.gone {
			p.gone = true
			out.Resolutions = append(out.Resolutions, model.Resolution{N: n, How: model.Cancelled})
			k.backwards = k.backwards || n < k.cancelled
			k.cancelled = n
		}
	}
}

func (k *tracker) pong(data string, out *model.Outcome) {
	k.twice = k.twice || k.last == "pong "+data
	k.last = "pong " + data
	at := k.find(data)
	if at < 0 {
		k.strays++
	}
	for _, p := range k.pending[:at+1] {
		if !p.gone {
			out.Resolutions = append(out.Resolutions, model.Resolution{N: p.n, How: model.Acked, Timed: true, Latency: k.now - p.sent})
		}
	}
	k.pending = slices.Delete(k.pending, 0, at+1)
}

func (k *tracker) close(out *model.Outcome) {
	if k.closed {
		return
	}
	k.closed, out.Closed = true, true
	for _, p := range k.pending {
		if !p.gone {
			out.Resolutions = append(out.Resolutions, model.Resolution{N: p.n, How: model.Failed, Err: model.ErrClosed})
		}
	}
	k.pending = k.pending[:0]
}

// tracking is the tracker as it is offered.
func tracking(k tracker) *model.Implementation {
	info := model.Info{
		Can:  model.KindsOf(model.Ping, model.Pong, model.Cancel, model.RecvPing, model.Advance, model.Drop, model.Settle),
		Sees: model.SeesAll, Roles: model.BothRoles, Given: true, Cuts: true,
	}
	return &model.Implementation{Name: "tracker", Info: info, New: func() model.Subject { c := k; return &c }}
}

// impostors are wrong in ways that only properties see.
var impostors = []struct {
	property string
	wrong    string
	want     string // what a violation shrinks to
	tracker
}{
	{property: "cuts", wrong: "sends equal payloads if its input comes in pieces", want: "ping 61|ping 61",
		tracker: tracker{sends: func(k *tracker, _ string) bool { return k.cut > 0 }}},
	{property: "renaming", wrong: "sends equal payloads of the second half of the alphabet", want: "ping 61|ping 61",
		tracker: tracker{sends: func(_ *tracker, data string) bool { return data > "P" }}},
	{property: "unsolicited", wrong: "sends equal payloads once a Pong answered nothing", want: "ping 61|ping 61",
		tracker: tracker{sends: func(k *tracker, _ string) bool { return k.strays > 0 }}},
	{property: "time-shift", wrong: "sends equal payloads once it is a second old", want: "ping 61|ping 61",
		tracker: tracker{sends: func(k *tracker, _ string) bool { return k.now >= time.Second }}},
	{property: "duplicate-pong", wrong: "sends equal payloads once a Pong came twice in a row", want: "pong 61|ping 61|ping 61",
		tracker: tracker{sends: func(k *tracker, _ string) bool { return k.twice }}},
	{property: "cancels-commute", wrong: "sends equal payloads once pings were cancelled backwards", want: "ping 61|ping 62|ping 61",
		tracker: tracker{sends: func(k *tracker, _ string) bool { return k.backwards }}},
	{property: "settled-prefix", wrong: "sends equal payloads on its first connection only", want: "ping 61|ping 61",
		tracker: tracker{sends: func(k *tracker, _ string) bool { return k.opens == 1 }}},
	{property: "closed-absorbs", wrong: "forgets the latency when all is over and a ping is cancelled", want: "cancel 1",
		tracker: tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) {
			out.Timed = k.closed && ev.Kind == model.Cancel
		}}},
	{property: "exactly-once", wrong: "fails a call twice that comes too late", want: "drop|ping 61",
		tracker: tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) {
			if k.closed && ev.Kind == model.Ping {
				out.Resolutions = append(out.Resolutions, out.Resolutions...)
			}
		}}},
}

// agrees reports whether the model finds nothing in a run of generated traces.
func agrees(t *testing.T, impl *model.Implementation) bool {
	t.Helper()
	r, err := Run(t.Context(), upTo, impl, Options{N: 5000, Seed: 7, NoCorpus: true})
	if err != nil {
		t.Fatal(err)
	}
	for f := range r.Failures() {
		t.Logf("%s", f)
		return false
	}
	return true
}

// violated are the violations of the properties, by name.
func violated(t *testing.T, impl *model.Implementation, o Options) map[string]*Violation {
	t.Helper()
	r, err := RunProperties(t.Context(), upTo, impl, o)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]*Violation{}
	for i := range r.Violations {
		m[r.Violations[i].Property.Name] = &r.Violations[i]
	}
	return m
}

// alsoSeen are the properties by which the impostors of another are seen, too: a Pong
// that comes again is one that matches nothing.
var alsoSeen = map[string]string{"unsolicited": "duplicate-pong", "duplicate-pong": "unsolicited"}

// A property that nothing can violate is itself a defect. Each kills a tracker that
// the model and the other properties let through.
func TestEveryPropertyKillsWhatNothingElseSees(t *testing.T) {
	killed := map[string]bool{}
	for _, c := range impostors {
		t.Run(c.property, func(t *testing.T) {
			impl := tracking(c.tracker)
			if !agrees(t, impl) {
				t.Errorf("the model does not let it through: it %s", c.wrong)
			}
			all := violated(t, impl, Options{N: 3000, Seed: 7})
			v := all[c.property]
			if v == nil {
				t.Fatalf("not violated by a tracker that %s", c.wrong)
			}
			killed[c.property] = true
			v.Shrunk.Profile = ""
			if got := oneLine(v.Shrunk); v.Verdict != model.FAILED || got != c.want {
				t.Errorf("a tracker that %s: %s, shrunk to %s, want %s", c.wrong, v.Verdict, got, c.want)
			}
			for name := range all {
				if name != c.property && name != alsoSeen[c.property] {
					t.Errorf("a tracker that %s violates %s, too", c.wrong, name)
				}
			}
		})
	}
	for _, x := range Properties() {
		if !killed[x.Name] {
			t.Errorf("nothing violates %s", x.Name)
		}
	}
}
