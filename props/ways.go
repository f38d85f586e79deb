package props

import (
	"slices"

	"github.com/pongcheck/pongcheck/model"
)

// Two bugs may break one rule. So a finding whose class was found before is tried once more before
// it is dropped, if it shows at another op or by other sorts of things: in another shape. Its trace
// is shrunk as long as it shows in that shape. If what is left has all that the trace of an earlier
// finding of the class consists of, the two are taken for one bug.

// Of each class so many shapes are tried, and so many of a run.
const (
	waysOfClass = 4
	waysOfRun   = 24
)

// ways counts what was tried of other ways to break a rule.
type ways struct {
	seen    map[key]bool // with their shapes
	ofClass map[key]int
	ofRun   int
}

// isNew reports whether a FAILED finding has a shape in which its class was not seen, and may
// still be tried.
func (w *ways) isNew(f *model.Finding) bool {
	k := keyOf(f)
	if f.Verdict != model.FAILED || f.Shape() == 0 || w.ofRun == waysOfRun || w.ofClass[k] == waysOfClass {
		return false
	}
	k.shape = f.Shape()
	return !w.seen[k]
}

// recordShape records the shape of a finding.
func (w *ways) recordShape(f *model.Finding) {
	if w.seen == nil {
		w.seen, w.ofClass = map[key]bool{}, map[key]int{}
	}
	k := keyOf(f)
	k.shape = f.Shape()
	w.seen[k] = true
}

// tryOtherWay keeps a finding that s shows first, and whose class was found before, if it is
// another bug.
func (e *engine) tryOtherWay(s source, f *model.Finding) error {
	if e.options.Tries <= 0 || costsMuch(f) || !e.ways.isNew(f) {
		return nil
	}
	k := keyOf(f)
	e.ways.recordShape(f)
	e.ways.ofClass[k]++
	e.ways.ofRun++
	k.shape = f.Shape()
	defer e.passNothing()()
	t := s.trace.Clone()
	t.Profile = e.profile.Name
	shrunk, err := e.shrinkTrace(t, k, max(1, e.options.Tries/4), new(int))
	if err != nil || e.isOldTrace(k, shrunk) {
		return err
	}
	r, err := e.target.runOne(shrunk)
	i := -1
	if err == nil {
		i = indexOfKey(r, k)
	}
	if i < 0 {
		return err
	}
	other, err := e.shrinkSource(source{name: s.name, swept: s.swept, index: s.index, trace: shrunk, whole: t}, r.Clone(), i, k)
	if other.Flaky || e.isOldTrace(k, other.Shrunk) {
		return err
	}
	other.Way = 1 + len(e.waysOf(k))
	e.keepFinding(other)
	return err
}

// waysOf returns the findings of a class.
func (e *engine) waysOf(k key) (found []*Finding) {
	for i := range e.result.Findings {
		if f := &e.result.Findings[i]; f.Verdict == k.verdict && f.Breach.Class() == k.class {
			found = append(found, f)
		}
	}
	return found
}

// isOldTrace reports whether a trace has all that the trace of an earlier finding of the class
// consists of.
func (e *engine) isOldTrace(k key, t *model.Trace) bool {
	return slices.ContainsFunc(e.waysOf(k), func(f *Finding) bool { return containsTrace(t, f.Shrunk) })
}

// containsTrace reports whether t has the sorts of ops that part consists of, in its order. Times
// and settles do not count.
func containsTrace(t, part *model.Trace) bool {
	if part.Config.Deflate != 0 && t.Config.Deflate == 0 || part.Config.Interval > 0 && t.Config.Interval == 0 {
		return false
	}
	i := 0
	for _, o := range part.Ops {
		if o.Kind == model.Settle || o.Kind == model.Advance {
			continue
		}
		for i < len(t.Ops) && !areOfOneSort(t.Ops[i].Kind, o.Kind) {
			i++
		}
		if i++; i > len(t.Ops) {
			return false
		}
	}
	return true
}

// areOfOneSort reports whether two ops may do the same: raw bytes may be any frame.
func areOfOneSort(a, b model.Kind) bool {
	data := model.KindsOf(model.Msg, model.Frag, model.Cont)
	return a == b || data.Has(a) && data.Has(b) || a == model.Raw && b.FromPeer() || b == model.Raw && a.FromPeer()
}
