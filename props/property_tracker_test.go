package props

import (
	"slices"
	"strings"
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
	k.closed, out.Closed, out.WroteEOF = true, true, true
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
		Sees: model.SeesAll &^ (model.SeesConnLat | model.SeesTold), Roles: model.BothRoles, Given: true, Cuts: true,
	}
	return &model.Implementation{Name: "tracker", Info: info, New: func() model.Subject { c := k; return &c }}
}
