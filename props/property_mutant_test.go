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
// refuses a ping whose payload is pending unless sends says otherwise, and takes a
// Pong for the oldest of several pings with its payload unless newest says otherwise:
// choices that no single run can show to be wrong, whatever they depend on.
type tracker struct {
	sends  func(k *tracker, data string) bool
	newest func(k *tracker) bool
	deaf   func(k *tracker, data string) bool // Pongs that it does not hear, which is wrong
	spoil  func(k *tracker, ev *model.Event, out *model.Outcome)

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
		*k = tracker{sends: k.sends, newest: k.newest, deaf: k.deaf, spoil: k.spoil, opens: k.opens + 1, cut: ev.Config.Cut, pending: k.pending[:0]}
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
	if k.deaf != nil && k.deaf(k, data) {
		return
	}
	for i, p := range k.pending {
		if p.data == data && k.newest != nil && k.newest(k) {
			at = i
		}
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

// quirk is something that a tracker lets its behaviour depend on, and a property of
// the name sees.
type quirk struct {
	property string
	words    string
	is       func(k *tracker, data string) bool
}

var quirks = []quirk{
	{"cuts", "if its input comes in pieces", func(k *tracker, _ string) bool { return k.cut > 0 }},
	{"renaming", "of the second half of the alphabet", func(_ *tracker, data string) bool { return data > "P" }},
	{"unsolicited", "once a Pong answered nothing", func(k *tracker, _ string) bool { return k.strays > 0 }},
	{"time-shift", "once it is a second old", func(k *tracker, _ string) bool { return k.now >= time.Second }},
	{"duplicate-pong", "once a Pong came twice in a row", func(k *tracker, _ string) bool { return k.twice }},
	{"cancels-commute", "once pings were cancelled backwards", func(k *tracker, _ string) bool { return k.backwards }},
	{"settled-prefix", "on its first connection only", func(k *tracker, _ string) bool { return k.opens == 1 }},
}

// impostor is a tracker that a property sees through.
type impostor struct {
	property string
	does     string
	verdict  model.Verdict
	agrees   bool   // the model finds nothing wrong in generated traces
	shrunk   string // what the violation comes to
	tracker
}

// impostors are, for each property, those that the model lets through, and those that
// are FAILED.
func impostors() (all []impostor) {
	const alone, two = "ping 61|pong $1", "ping 61|ping 61|pong $1"
	shrunk := map[string][3]string{ // what sends equals, takes the newest, is deaf
		"cuts":            {"ping 61|ping 61", two, alone},
		"renaming":        {"ping 61|ping 61", two, alone},
		"unsolicited":     {"ping 61|ping 61", two, alone},
		"time-shift":      {"ping 61|ping 61", two, alone},
		"duplicate-pong":  {"pong 61|ping 61|ping 61", "ping 61|ping 61|pong 62|pong $1", "ping 61|pong 62|pong $1"},
		"cancels-commute": {"ping 61|ping 62|ping 61", "ping 61|ping 61|ping 61|pong $1", "ping 61|ping 62|ping 63|pong $1"},
		"settled-prefix":  {"ping 61|ping 61", two, alone},
	}
	for _, q := range quirks {
		is := func(k *tracker) bool { return q.is(k, strings.TrimPrefix(k.last, "pong ")) }
		x, _ := FindProperty(q.property)
		want := shrunk[q.property]
		all = append(all,
			impostor{q.property, "sends equal payloads " + q.words, model.NonStrict, true, want[0], tracker{sends: q.is}},
			impostor{q.property, "takes a Pong for the newest of several equals " + q.words, x.Verdict(upTo, tracking(tracker{}).Info), true, want[1],
				tracker{sends: func(*tracker, string) bool { return true }, newest: is}},
			impostor{q.property, "does not hear Pongs " + q.words, model.FAILED, false, want[2], tracker{deaf: q.is}})
	}
	late := func(k *tracker, ev *model.Event, kind model.Kind) bool { return k.closed && ev.Kind == kind }
	return append(all,
		impostor{"closed-absorbs", "forgets the latency when all is over and a ping is cancelled", model.NonStrict, true, "cancel 1",
			tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) { out.Timed = late(k, ev, model.Cancel) }}},
		impostor{"closed-absorbs", "answers when all is over", model.FAILED, false, "recv-ping 61",
			tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) {
				if late(k, ev, model.RecvPing) {
					out.Frames = append(out.Frames, model.Frame{Opcode: frame.Pong, Data: ev.Data})
				}
			}}},
		impostor{"exactly-once", "fails a call twice that comes too late", model.FAILED, true, "drop|ping 61",
			tracker{spoil: func(k *tracker, ev *model.Event, out *model.Outcome) {
				if late(k, ev, model.Ping) {
					out.Resolutions = append(out.Resolutions, out.Resolutions...)
				}
			}}},
	)
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

// violated are the worst violations of the properties, by name.
func violated(t *testing.T, impl *model.Implementation, o Options) map[string]*Violation {
	t.Helper()
	r, err := RunProperties(t.Context(), upTo, impl, o)
	if err != nil {
		t.Fatal(err)
	}
	m := map[string]*Violation{}
	for i := range r.Violations {
		if v := &r.Violations[i]; m[v.Property.Name] == nil || v.Verdict > m[v.Property.Name].Verdict {
			m[v.Property.Name] = v
		}
	}
	return m
}

// alsoSeen are the properties by which the impostors of another are seen, too: a Pong
// that comes again is one that matches nothing.
var alsoSeen = map[string]string{"unsolicited": "duplicate-pong", "duplicate-pong": "unsolicited"}

// A property that nothing can violate is itself a defect. Each sees through a tracker
// that the model and the other properties let through. What it makes of it depends on
// whether anything promises that it be otherwise.
func TestEveryPropertySeesWhatNothingElseSees(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range impostors() {
		if !c.agrees {
			continue
		}
		t.Run(c.property+"/"+c.does, func(t *testing.T) {
			impl := tracking(c.tracker)
			if !agrees(t, impl) {
				t.Errorf("the model does not let it through")
			}
			all := violated(t, impl, Options{N: 3000, Seed: 7})
			sees(t, c, all[c.property])
			for name := range all {
				if name != c.property && name != alsoSeen[c.property] {
					t.Errorf("it violates %s, too", name)
				}
			}
			seen[c.property] = true
		})
	}
	for _, x := range Properties() {
		if !seen[x.Name] {
			t.Errorf("nothing violates %s alone", x.Name)
		}
	}
}

// Each property kills a tracker by itself, with all others switched off.
func TestEveryPropertyKills(t *testing.T) {
	killed := map[string]bool{}
	for _, c := range impostors() {
		if c.verdict != model.FAILED {
			continue
		}
		t.Run(c.property+"/"+c.does, func(t *testing.T) {
			x, _ := FindProperty(c.property)
			r, err := x.Run(t.Context(), upTo, tracking(c.tracker), Options{N: 3000, Seed: 7})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Violations) == 0 {
				t.Fatal("it is not violated")
			}
			v := &r.Violations[len(r.Violations)-1]
			sees(t, c, v)
			if c.agrees != (v.Broken == nil) {
				t.Errorf("the model agrees: %v, but it finds %v", c.agrees, v.Broken)
			}
			killed[c.property] = true
		})
	}
	for _, x := range Properties() {
		if !killed[x.Name] {
			t.Errorf("nothing is killed by %s", x.Name)
		}
	}
}

// sees fails t unless v is the violation by c.
func sees(t *testing.T, c impostor, v *Violation) {
	t.Helper()
	if v == nil {
		t.Fatal("it is not violated")
	}
	v.Shrunk.Profile = ""
	if got := oneLine(v.Shrunk); v.Verdict != c.verdict || got != c.shrunk {
		t.Errorf("%s, shrunk to %s; want %s, %s", v.Verdict, got, c.verdict, c.shrunk)
	}
}
