package concurrent

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/sent"
)

// racingKinds are the ops that can be done at once with others.
var racingKinds = model.KindsOf(model.Ping, model.Cancel, model.Pong, model.RecvPing, model.Close, model.PeerClose, model.Drop, model.EOF, model.MsgSend)

// Run runs a trace on impl.Race: the ops between two settles at once, each in a
// goroutine of its own. The schedule follows from t.Config.Seed, or is left to the
// machine if free. A payload $N is that of ping N, or, where the subject chose that,
// what the N-th Ping so far carried, if there is one: its peer knows no more. A payload
// $kN is what the N-th Ping so far carried that no call asked for.
//
// An advance lets everything come to rest, as a settle does, before time goes on. What the
// subject's timers do at the last instant of it goes on at once with the ops that follow.
//
// The error says which op the subject cannot do, or not at once with others, that it
// cannot have t.Config ([ErrConfig]), or that t is too long: a trace has at most 16 pings
// and 40 ops.
func Run(impl *model.Implementation, t *model.Trace, free bool) (*History, error) {
	if err := canRace(impl, t); err != nil {
		return nil, err
	}
	if impl.Before != nil {
		impl.Before(t)
	}
	r, hang := runAround(impl, t, free)
	if hang != nil && r.setup == nil && !r.unsupported {
		return r.stuckHistory(hang), nil
	}
	if r.setup != nil {
		return nil, fmt.Errorf("%s: %w", impl.Name, r.setup)
	}
	if r.unsupported {
		return nil, fmt.Errorf("%s %w: %+v", impl.Name, ErrConfig, t.Config)
	}
	return r.history, nil
}

// ErrConfig says that the subject cannot have the config of a trace, whatever its Info says.
var ErrConfig = errors.New("cannot have this configuration")

const (
	maxRacers = 40
	maxPings  = 16
)

func canRace(impl *model.Implementation, t *model.Trace) error {
	if impl.Race == nil {
		return fmt.Errorf("%s cannot be called from many goroutines: it has no Race", impl.Name)
	}
	if !impl.Info.AdmitsConfig(&t.Config) {
		return fmt.Errorf("%s: %w", impl.Name, impl.Info.Refuses(t))
	}
	pings := 0
	for i, o := range t.Ops {
		switch {
		case o.Kind == model.Settle:
		case o.Kind == model.Advance && o.Time > t.Config.MaxAdvance():
			return fmt.Errorf("op %d, %s, is longer than %d intervals of the keepalive", i+1, o, model.MaxBeats)
		case o.Kind != model.Advance && !racingKinds.Has(o.Kind) || o.Keep:
			return fmt.Errorf("op %d, %s, cannot be done at once with others", i+1, o)
		case !impl.Info.AdmitsOp(&o):
			return fmt.Errorf("op %d, %s: %s cannot do that", i+1, o, impl.Name)
		case o.Kind == model.Ping:
			pings++
		}
	}
	if len(t.Ops) > maxRacers || pings > maxPings {
		return fmt.Errorf("%d ops with %d pings are too many at once: at most %d and %d", len(t.Ops), pings, maxRacers, maxPings)
	}
	return nil
}

// racing is one run. It is the witness of its subject.
type racing struct {
	racer    model.Racer
	schedule schedule
	graceful bool // time can go on while something is missing
	bubbled  bool // timers of the subject's fire by themselves while this goroutine sleeps
	sent     sent.Pings

	mu      sync.Mutex
	clock   int64
	now     time.Duration // since Open: nothing that shows from here on is earlier
	history *History

	unsupported bool              // its configuration
	setup       *model.SetupError // why the subject could not be set up
}

func newRacing(impl *model.Implementation, t *model.Trace, free bool) *racing {
	r := &racing{history: &History{Trace: t, Free: free, info: impl.Info}, graceful: impl.Info.CanRest(), bubbled: impl.Rest != nil}
	seed := uint64(t.Config.Seed)
	if free {
		r.schedule = newFreeSchedule(seed, impl.Rest)
	} else {
		r.schedule = newTurnstile(seed, impl.Rest)
	}
	r.racer = impl.Race(r)
	return r
}

func (r *racing) runTrace() {
	h := r.history
	r.planActs()
	if r.doEvent(&model.Event{Kind: model.Open, Config: &h.Trace.Config}); r.unsupported || r.setup != nil {
		return
	}
	acts := h.Acts
	for i := range h.Trace.Ops {
		kind := h.Trace.Ops[i].Kind
		if kind == model.Settle || kind == model.Advance && i > 0 && h.Trace.Ops[i-1].Kind != model.Settle {
			r.settle(h.Acts[:len(h.Acts)-len(acts)])
		}
		if kind == model.Settle {
			continue
		}
		act := &acts[0]
		acts = acts[1:]
		if act.At = r.now; kind == model.Advance {
			r.passTime(act)
		} else {
			r.schedule.start(func() { r.doAct(act) })
		}
	}
	r.settle(h.Acts)
	r.schedule.release()
	h.Finish = r.nextStamp()
	r.doEvent(&model.Event{Kind: model.End})
	r.mu.Lock()
	defer r.mu.Unlock()
	h.orderEnd()
}

// orderEnd puts what ended with the connection in the order of the pings: it happened at
// one moment, and nobody chose in which order.
func (h *History) orderEnd() {
	at := h.Finish
	stamp := func(of *int64) {
		if *of > h.Finish {
			at++
			*of = at
		}
	}
	slices.SortStableFunc(h.Ends, func(a, b EndedWaiter) int {
		if a.At < h.Finish || b.At < h.Finish {
			return cmp.Compare(a.At, b.At)
		}
		return cmp.Compare(a.N, b.N)
	})
	for i := range h.Frames {
		stamp(&h.Frames[i].At)
	}
	for i := range h.Ends {
		stamp(&h.Ends[i].At)
	}
	stamp(&h.Closed)
	h.Over = at + 1
}

// planActs makes an act of each op. What depends on the run is left for later.
func (r *racing) planActs() {
	h := r.history
	for i, o := range h.Trace.Ops {
		if o.Kind == model.Settle {
			continue
		}
		ev := model.Event{Kind: o.Kind, Text: o.Text, N: o.N, Time: o.Time}
		switch o.Kind {
		case model.Ping:
			r.sent.Add(o.Data)
			ev.N, ev.Chosen = len(r.sent.Data), o.Data.Form == model.Chosen
		case model.Cancel:
			ev.N = r.sent.Target(o.N)
		}
		ev.Data, _ = r.sent.Resolve(o.Data)
		h.Acts = append(h.Acts, Act{Op: i + 1, Event: ev})
	}
}

// doAct does an op.
func (r *racing) doAct(a *Act) {
	ev := a.Event
	a.Call = r.nextStamp()
	if d := r.history.Trace.Ops[a.Op-1].Data; d.Relation() && (d.Keep || d.Ref <= len(r.sent.Data) && !r.sent.Known[d.Ref-1]) {
		ev.Data = sent.Derive(d, r.payloadSeen(d))
		a.Event.Data = ev.Data
	}
	r.doEvent(&ev)
	a.Return = r.nextStamp()
}

// payloadSeen is what the Ping so far carried that d refers to.
func (r *racing) payloadSeen(d model.Payload) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	pings := r.history.pingFrames()
	if d.Keep {
		pings = r.history.strangePings()
	}
	if d.Ref > len(pings) {
		return ""
	}
	return pings[d.Ref-1].Frame.Data
}

func (r *racing) doEvent(ev *model.Event) {
	defer func() {
		v := recover()
		if setup, is := v.(*model.SetupError); is {
			r.setup = setup
		} else if v != nil {
			r.See(&model.Outcome{Crash: model.CrashOf(ev.Kind.String(), v)})
		}
	}()
	r.racer.Do(ev)
}

func (r *racing) nextStamp() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.nextStampLocked()
}

// nextStampLocked is tick with mu held.
func (r *racing) nextStampLocked() int64 {
	r.clock++
	return r.clock
}

// Yield is the subject's: see [model.Witness].
func (r *racing) Yield(where string) { r.schedule.yield(where) }

// See writes down what the subject showed: see [model.Witness].
func (r *racing) See(out *model.Outcome) {
	r.mu.Lock()
	defer r.mu.Unlock()
	h := r.history
	for _, f := range out.Frames {
		f.Data, f.At = strings.Clone(f.Data), max(f.At, r.now)
		h.Frames = append(h.Frames, SentFrame{r.nextStampLocked(), f})
	}
	for _, e := range out.Resolutions {
		if e.Keep {
			h.KeepEnds = append(h.KeepEnds, EndedWaiter{r.nextStampLocked(), e})
		} else {
			h.Ends = append(h.Ends, EndedWaiter{r.nextStampLocked(), e})
		}
	}
	if out.Closed && h.Closed == 0 {
		h.Closed, h.ClosedAt = r.nextStampLocked(), max(out.ClosedAt, r.now)
	}
	if h.Crash.Class == "" {
		h.Crash = out.Crash
	}
	h.Hang = h.Hang || out.Hang
	r.unsupported = r.unsupported || out.Unsupported
}

// strangePings are the Pings on the wire that carry the payload of no call, as far as those are
// known before a run.
func (h *History) strangePings() []SentFrame {
	left := map[string]int{}
	for i := range h.Trace.Ops {
		if o := &h.Trace.Ops[i]; o.Kind == model.Ping && o.Data.Form == model.Literal {
			left[o.Data.Lit]++
		}
	}
	return slices.DeleteFunc(h.pingFrames(), func(s SentFrame) bool {
		left[s.Frame.Data]--
		return left[s.Frame.Data] >= 0
	})
}

// chosenCalls counts the pings whose payload is not known before a run.
func (h *History) chosenCalls() (n int) {
	for i := range h.Trace.Ops {
		if o := &h.Trace.Ops[i]; o.Kind == model.Ping && o.Data.Form != model.Literal {
			n++
		}
	}
	return n
}

// pingFrames are the Pings on the wire.
func (h *History) pingFrames() []SentFrame {
	return slices.DeleteFunc(slices.Clone(h.Frames), func(s SentFrame) bool { return s.Frame.Opcode != frame.Ping })
}
