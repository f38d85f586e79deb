package props

import (
	"context"
	"fmt"
	"iter"

	"github.com/pongcheck/pongcheck/model"
)

// local is a subject in this process. One value serves all traces, as an Open
// event resets it, unless something has to stand around each, or it panicked.
type local struct {
	ctx     context.Context
	profile model.Profile
	impl    *model.Implementation
	checker *model.Checker
	subject model.Subject

	recorder *model.Checker // of record, once it was called
}

func newLocal(ctx context.Context, p model.Profile, impl *model.Implementation) *local {
	return &local{ctx: ctx, profile: p, impl: impl, checker: model.NewChecker(p, impl.Info)}
}

func (l *local) runTrace(t *model.Trace) *model.Report {
	if l.impl.Around != nil {
		return l.checker.RunIn(l.impl, t)
	}
	if l.subject == nil {
		l.subject = l.impl.New()
	}
	r := l.checker.Run(l.subject, t)
	for i := range r.Findings {
		if r.Findings[i].Crash != "" {
			l.subject = nil
		}
	}
	if r.Setup != nil {
		l.subject = nil
	}
	return r
}

func (l *local) runEach(traces iter.Seq[source], take func(source, *model.Report) error) error {
	for s := range traces {
		if err := l.ctx.Err(); err != nil {
			return err
		}
		l.checker.Record = s.record
		r, err := l.runOne(s.trace)
		l.checker.Record = false // shrinking needs no transcripts
		if err != nil {
			return fmt.Errorf("%s: %w", l.impl.Name, err)
		}
		if err := take(s, r); err != nil {
			return err
		}
	}
	return nil
}

func (l *local) runOne(t *model.Trace) (*model.Report, error) { return withoutSetup(l.runTrace(t)) }

// withoutSetup returns r, or why the subject could not be set up for it.
func withoutSetup(r *model.Report) (*model.Report, error) {
	if r.Setup != nil {
		return nil, r.Setup
	}
	return r, nil
}

func (l *local) firstFailing(traces []*model.Trace, k key) (int, error) {
	for i, t := range traces {
		if hasKey(l.runTrace(t), k) {
			return i, nil
		}
	}
	return -1, l.ctx.Err()
}

func (l *local) batchSize() int { return 1 }

func (l *local) passOver(f func(*model.Finding) bool) { l.checker.PassOver = f }

func (l *local) recordReport(t *model.Trace) (*model.Report, error) {
	if l.recorder == nil {
		l.recorder = model.NewChecker(l.profile, l.impl.Info)
		l.recorder.Record = true
	}
	return withoutSetup(l.recorder.RunIn(l.impl, t).Clone())
}

// hasKey reports whether r has a finding with key k.
func hasKey(r *model.Report, k key) bool { return indexOfKey(r, k) >= 0 }

// indexOfKey is the place of the finding of r with key k, or -1.
func indexOfKey(r *model.Report, k key) int {
	for i := range r.Findings {
		if f := &r.Findings[i]; f.Verdict == k.verdict && f.Class() == k.class && (k.shape == 0 || f.Shape() == k.shape) {
			return i
		}
	}
	return -1
}
