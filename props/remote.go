package props

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/pongcheck/pongcheck/model"
)

const (
	// runSize is how many traces go to a driver in one run: what is found in
	// them is shrunk between two runs, which a driver need not be able to do
	// at once.
	runSize = 256

	// shrinkSize is how many candidates go to a driver at once. One at a time
	// would wait for every answer; too many would be in vain when the first
	// is the one.
	shrinkSize = 64
)

// remote is a subject in another process: it takes traces and gives
// transcripts.
type remote struct {
	ctx     context.Context
	profile model.Profile
	impl    *model.Implementation
	checker *model.Checker
}

func newRemote(ctx context.Context, p model.Profile, impl *model.Implementation) *remote {
	r := &remote{ctx, p, impl, model.NewChecker(p, impl.Info)}
	r.checker.Vantage = model.ByDriver
	return r
}

func (r *remote) runEach(traces iter.Seq[source], take func(source, *model.Report) error) error {
	for run := range inRuns(traces, runSize) {
		var reports []*model.Report
		err := r.judgeTranscripts(run, func(_ int, rep *model.Report) bool {
			reports = append(reports, rep.Clone())
			return true
		})
		for i, rep := range reports { // the ones before an error count
			if err := take(run[i], rep); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// inRuns collects a sequence into slices of n.
func inRuns(traces iter.Seq[source], n int) iter.Seq[[]source] {
	return func(yield func([]source) bool) {
		var run []source
		for s := range traces {
			if run = append(run, s); len(run) == n {
				if !yield(run) {
					return
				}
				run = nil
			}
		}
		if len(run) > 0 {
			yield(run)
		}
	}
}

// judgeTranscripts drives the subject through the traces of a run and judges the
// transcripts until got returns false.
func (r *remote) judgeTranscripts(run []source, got func(i int, rep *model.Report) bool) error {
	i := 0
	for tr, err := range r.impl.Run(r.ctx, tracesOf(run)) {
		if err != nil {
			return fmt.Errorf("drive %s: %w", r.impl.Name, err)
		}
		if i == len(run) {
			return fmt.Errorf("drive %s: it gave more transcripts than it was given traces", r.impl.Name)
		}
		rep, err := r.checker.JudgeDriven(r.ctx, r.impl, tr)
		if err != nil {
			return fmt.Errorf("drive %s: %s: %w", r.impl.Name, run[i].describeSource(), err)
		}
		if !got(i, rep) {
			return nil
		}
		i++
	}
	if i < len(run) {
		return errors.Join(r.ctx.Err(), fmt.Errorf("drive %s: it gave %d transcripts for %d traces", r.impl.Name, i, len(run)))
	}
	return nil
}

func tracesOf(run []source) iter.Seq[*model.Trace] {
	return func(yield func(*model.Trace) bool) {
		for _, s := range run {
			if !yield(s.trace) {
				return
			}
		}
	}
}

func (s source) describeSource() string {
	if s.name != "" {
		return "trace " + s.name
	}
	return fmt.Sprintf("generated trace %d", s.index)
}

func (r *remote) firstFailing(traces []*model.Trace, k key) (int, error) {
	run := make([]source, len(traces))
	for i, t := range traces {
		run[i] = source{name: "of a shrink", trace: t}
	}
	at := -1
	err := r.judgeTranscripts(run, func(i int, rep *model.Report) bool {
		if hasKey(rep, k) {
			at = i
		}
		return at < 0
	})
	return at, err
}

func (r *remote) batchSize() int { return shrinkSize }

func (r *remote) passOver(f func(*model.Finding) bool) { r.checker.PassOver = f }

func (r *remote) runOne(t *model.Trace) (rep *model.Report, err error) {
	if !r.impl.Info.AdmitsConfig(&t.Config) {
		return r.checker.RefuseTrace(t), nil
	}
	err = r.judgeTranscripts([]source{{name: "at hand", trace: t}}, func(_ int, got *model.Report) bool {
		rep = got
		return true
	})
	return rep, err
}

func (r *remote) recordReport(t *model.Trace) (*model.Report, error) {
	r.checker.Record = true // what was right, beside what was seen
	defer func() { r.checker.Record = false }()
	rep, err := r.runOne(t)
	if err != nil {
		return nil, err
	}
	rep = rep.Clone()
	rep.Transcript.Profile = r.profile.Name
	return rep, nil
}
