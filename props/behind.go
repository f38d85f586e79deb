package props

import (
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/shrink"
)

// A trace goes on after a failure whose class was found before, so that a bug which shows
// often does not hide another one. But what comes behind a failure may only follow from it:
// the connection, or the model of it, may be in a state that cannot be. So a finding behind
// another is tried on its own. Its trace is shrunk as long as the finding is there, which
// drops what only the earlier failure needs. The finding counts if the shrunk trace shows it
// with no failure before it.

// Of each key so many traces are shrunk in vain before it is given up, and so many of a run.
const (
	behindTriesOfKey = 3
	behindTriesOfRun = 32
)

// behindTries counts the traces that were shrunk for findings behind others.
type behindTries struct {
	ofKey map[key]int
	ofRun int
}

// mayTry reports whether one more trace may be shrunk for a key, and counts it.
func (b *behindTries) mayTry(k key) bool {
	if b.ofKey == nil {
		b.ofKey = map[key]int{}
	}
	if b.ofRun == behindTriesOfRun || b.ofKey[k] == behindTriesOfKey {
		return false
	}
	b.ofRun++
	b.ofKey[k]++
	return true
}

// wasFound reports whether a finding of the same class and verdict was found before.
func (e *engine) wasFound(f *model.Finding) bool { return e.foundKeys[keyOf(f)] }

// tryAlone looks for a trace that shows a finding with k by itself, where s shows it behind
// another one. It keeps the finding if there is one.
func (e *engine) tryAlone(s source, k key) error {
	alone, r, err := e.findAlone(s.trace, k)
	if r == nil || err != nil {
		return err
	}
	return e.addNew(source{name: s.name, swept: s.swept, index: s.index, trace: alone, whole: s.trace.Clone()}, r, indexOfKey(r, k))
}

// findAlone shrinks a trace that shows a finding with k behind another one. It returns the report
// on the shrunk trace if that shows the finding by itself, else nil.
func (e *engine) findAlone(t *model.Trace, k key) (alone *model.Trace, r *model.Report, err error) {
	if e.options.Tries <= 0 || !e.behind.mayTry(k) {
		return nil, nil, nil
	}
	whole := t.Clone()
	whole.Profile = e.profile.Name
	alone, err = e.shrinkTrace(whole, k, max(1, e.options.Tries/4), new(int))
	if err != nil {
		return nil, nil, err
	}
	defer e.passNothing()()
	r, err = e.target.runOne(alone)
	if err != nil || !hasKey(r, k) {
		return nil, nil, err
	}
	return alone, r.Clone(), nil
}

// passOver sets after which FAILED findings the traces go on.
func (e *engine) passOver(f func(*model.Finding) bool) {
	e.passes = f
	e.target.passOver(f)
}

// passNothing lets every FAILED finding end its trace. It returns what undoes that.
func (e *engine) passNothing() (undo func()) {
	e.target.passOver(nil)
	return func() { e.target.passOver(e.passes) }
}

// shrinkTrace shrinks t to the simplest trace whose report has k, and adds the tries that
// this took to tries.
func (e *engine) shrinkTrace(t *model.Trace, k key, budget int, tries *int) (*model.Trace, error) {
	var err error
	shrunk, took := shrink.InBatches(&e.impl.Info, t, e.target.batchSize(), budget, func(c []*model.Trace) int {
		if err != nil {
			return -1 // trouble: nothing more can be found out
		}
		var n int
		n, err = e.target.firstFailing(c, k)
		return n
	})
	*tries += took
	return shrunk, err
}
