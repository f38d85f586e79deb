package concurrent

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// linearizable is the rule for what several goroutines do at once. It is none of
// [model.Rules]: no transcript can break it.
var linearizable = model.Rule{
	ID:    "order.linearizable",
	Level: model.Contract,
	Sentence: "Pings, cancels, Pongs and closes that come at once do what they would do one after the other, " +
		"each within its interval, the Pings in the order of their frames.",
	Needs: model.SeesFrames | model.SeesWaiters,
}

// Flaw is what is wrong with a history: the one thing that is said of it.
type Flaw struct {
	Rule     model.Rule
	Crash    string // class of the crash, if it is one
	Sentence string
}

// Class names the flaw: those of one class are taken for one bug.
func (f *Flaw) Class() string { return strings.TrimSpace(f.Rule.ID + " " + f.Crash) }

// Judge says what is wrong with h by profile p: what escaped, or did not come to
// rest; waiters that ended twice or never; frames that must not be sent; a keepalive that stops, or that ends
// the connection of a peer that answers; and what no order of the ops explains, or
// no order in which each waiter ends that a Pong acknowledged. What is right, or
// merely not strict, has no flaw. Undecided says why nothing was concluded from the
// order, if so: that is no failure.
func (h *History) Judge(p model.Profile) (flaw *Flaw, undecided string) {
	if flaw := h.obviousFlaw(); flaw != nil {
		return flaw, ""
	}
	if h.Left { // the last thing that is said, as it may follow from any other
		defer func() {
			if flaw == nil {
				flaw, undecided = newFlaw("leak", "", "a goroutine is left behind"), ""
			}
		}()
	}
	if flaw, undecided = h.judgeKeepalive(p); flaw != nil {
		return flaw, ""
	}
	facts, all, unsound := h.pointsOf(p)
	if unsound != "" {
		return nil, unsound
	}
	ordered, decided := newSearch(facts, all).findOrder()
	switch {
	case ordered:
		return nil, undecided
	case !decided:
		return nil, fmt.Sprintf("no order was found in %d steps", maxSteps)
	}
	return h.diagnoseDisorder(facts, all), ""
}

// obviousFlaw is what needs no search.
func (h *History) obviousFlaw() *Flaw {
	if c := h.Crash; c.Class != "" {
		return newFlaw("crash", c.Class, fmt.Sprintf("%s escaped from %s", c.Class, c.Where))
	}
	if h.Hang {
		sentence := "it did not come to rest"
		if place, _ := h.Stuck(); place != "" {
			sentence += ": " + place
		}
		return newFlaw("hang", "", sentence)
	}
	for i, e := range h.Ends {
		if first := h.endOf(e.N); first != &h.Ends[i] {
			return newFlaw("waiter.once", "", fmt.Sprintf("ping %d ended twice (%s, %s)", e.N, first.How, e.How))
		}
	}
	for i, e := range h.KeepEnds {
		if j := slices.IndexFunc(h.KeepEnds, func(o EndedWaiter) bool { return o.N == e.N }); j < i {
			return newFlaw("waiter.once", "", fmt.Sprintf("keepalive ping %d ended twice (%s, %s)", e.N, h.KeepEnds[j].How, e.How))
		}
	}
	return h.illegalFrame()
}

// illegalFrame is a frame that must not be sent as it is, or not after those before it:
// where writes get into each other, say. Once the connection was closed and everything had
// come to rest, nothing must be sent; what was under way before may leave after it showed
// that it is closed.
func (h *History) illegalFrame() *Flaw {
	steps := []model.Step{{Op: model.Op{Kind: model.Settle}}, {Op: model.Op{Kind: model.Settle}}}
	before, after := &steps[0].Outcome, &steps[1].Outcome
	over := h.Finish // from here on nothing must be sent
	if h.Closed > 0 && h.Closed < h.Finish {
		before.Closed, over = true, min(h.Finish, h.nextSettle(h.Closed)+1)
	}
	for _, s := range h.Frames {
		if s.At < over || s.At > h.Finish {
			before.Frames = append(before.Frames, s.Frame)
		} else {
			after.Frames = append(after.Frames, s.Frame)
		}
	}
	t := &model.Transcript{Config: h.Trace.Config, Steps: steps}
	r, err := model.Judge(model.RFC(), model.Info{Sees: model.SeesFrames | model.SeesClosed}, t, model.InProcess)
	if err != nil {
		return nil // a trace that cannot be judged has other troubles
	}
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Verdict == model.FAILED && strings.HasPrefix(f.Rule.String(), "send.") {
			return &Flaw{Rule: *f.Rule.Rule(), Sentence: f.Sentence()}
		}
	}
	return nil
}

// diagnoseDisorder says which part of the specification leaves no order.
func (h *History) diagnoseDisorder(f *facts, all []interval) *Flaw {
	if last := len(all) - 1; hasOrder(f, all[:last]) { // all but the end
		return newFlaw("waiter.lost", "", "a waiter waits for ever, and its connection is closed: "+h.unendedPings())
	}
	f.mayStarve = true
	defer func() { f.mayStarve = false }()
	if hasOrder(f, all) {
		rule := "ack.exact"
		if f.profile.Policy != model.OpenPolicy && f.profile.Policy != model.Exact {
			rule = "ack.policy"
		}
		return newFlaw(rule, "", "a waiter waits on although a Pong came that acknowledges it")
	}
	return &Flaw{Rule: linearizable, Sentence: "no order explains the history in which one thing is done after the other, the Pings in the order of their frames"}
}

func hasOrder(f *facts, all []interval) bool {
	found, _ := newSearch(f, all).findOrder()
	return found
}

// unendedPings lists the pings of which no end was seen.
func (h *History) unendedPings() string {
	var names []string
	for i := range h.Acts {
		if ev := &h.Acts[i].Event; ev.Kind == model.Ping && h.endOf(ev.N) == nil {
			names = append(names, fmt.Sprintf("ping %d", ev.N))
		}
	}
	return strings.Join(names, ", ")
}

func newFlaw(rule, crash, sentence string) *Flaw {
	id, ok := model.FindRule(rule)
	if !ok {
		panic("no rule " + rule)
	}
	return &Flaw{Rule: *id.Rule(), Crash: crash, Sentence: sentence}
}

// Picture draws h by profile p as a page of HTML without a network, porcupine's:
// the intervals, and the longest orders that explain a part of it.
func (h *History) Picture(p model.Profile, w io.Writer) error {
	facts, all, _ := h.pointsOf(p)
	return newSearch(facts, all).drawPicture(w)
}
