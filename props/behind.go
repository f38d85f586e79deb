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
	if e.options.Tries <= 0 || !e.behind.mayTry(k) {
		return nil
	}
	whole := s.trace.Clone()
	whole.Profile = e.profile.Name
	alone, err := e.shrinkTrace(whole, k, max(1, e.options.Tries/4), new(int))
	if err != nil {
		return err
	}
	e.target.passOver(nil)
	r, err := e.target.runOne(alone)
	e.target.passOver(e.wasFound)
	if err != nil {
		return err
	}
	i := indexOfKey(r, k)
	if i < 0 {
		return nil
	}
	return e.addNew(source{name: s.name, swept: s.swept, index: s.index, trace: alone, whole: whole}, r.Clone(), i)
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
