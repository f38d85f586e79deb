package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
	"github.com/pongcheck/pongcheck/props/metamorphic"
	"github.com/pongcheck/pongcheck/props/result"
	"github.com/pongcheck/pongcheck/props/sweep"
)

// row is the result of checking one subject.
type row struct {
	target   *target
	impl     *model.Implementation
	profile  model.Profile
	policy   string
	result   *props.Result
	tallies  []metamorphic.Tally // of the properties
	stats    *props.Stats        // nil: they are not wanted
	grid     *sweep.Column       // what the subject did in the sweep
	findings []*finding
	seconds  float64
	planned  int   // random traces to run
	short    bool  // the time limit ended it
	stopped  error // any other reason that ended it too early; a used-up budget is none
}

// checkSubject checks one subject. The row is nil if no trace was run.
func (c *check) checkSubject(s *session, t *target) (*row, error) {
	p := startProgress(s.err, c.pace.subjectPlace(t), c.pace.liveLine)
	defer c.pace.finishSubject(p)
	defer p.stop()
	p.enter("getting ready")
	impl, closer, err := t.openImplementation(s.ctx, c.install.value, p)
	if err != nil {
		return nil, err
	}
	defer closer()
	r := &row{target: t, impl: impl, grid: sweep.NewColumn(nameAt(t.Name, impl.Version))}
	if c.verbose {
		r.stats = new(props.Stats)
	}
	if r.profile, err = c.profile.profileOr(impl.Profile); err != nil {
		return nil, fmt.Errorf("check %s: %w", t, err)
	}
	began := time.Now()
	if err := c.runAll(s, r, p); err != nil {
		r.stopped = fmt.Errorf("check %s: %w", t, err)
	}
	r.seconds = time.Since(began).Seconds()
	s.status.ran = s.status.ran || r.result.Traces+r.result.Frames > 0
	if c.embargo {
		r.grid.Withhold(r.isPrivate)
	}
	if c.json {
		if r.stats != nil {
			s.out.json(newStatsLine(r))
		}
		if c.grid && r.grid.Complete() {
			s.out.json(r.gridLine())
		}
		s.out.json(r.verdictLine())
	}
	if err := c.leaveResults(s, r); err != nil {
		s.reportTrouble(err)
	}
	return r, r.stopped
}

// isPrivate reports whether failures of a class may not be told.
func (r *row) isPrivate(class string) bool {
	for _, f := range r.findings {
		if f.Class == class && f.Verdict == model.FAILED {
			return f.Private
		}
	}
	return r.target.Newest
}

// gridLine returns what the subject did in the sweep.
func (r *row) gridLine() result.Grid {
	return result.GridOf(r.target.Name, r.impl.Version, r.profile.Name, r.grid)
}

func (c *check) runAll(s *session, r *row, p *progress) (err error) {
	r.result = new(props.Result)
	defer func() {
		if v := recover(); v != nil {
			hang, ok := v.(*harness.Hang)
			if !ok {
				panic(v)
			}
			err = fmt.Errorf("the subject hangs and cannot be stopped: %w", hang)
		}
	}()
	impl := p.countTraces(r.impl)
	if r.policy, err = observePolicy(s.ctx, impl); err != nil {
		return err
	}
	if !p.live {
		p.note("checking, profile %s", r.profile.Name)
	}
	ctx, stop := c.withDeadline(s.ctx)
	defer stop()
	if err = c.compareWithModel(ctx, s, r, impl, p); err == nil {
		err = c.tryProperties(ctx, s, r, impl, p)
	}
	if errors.Is(err, context.DeadlineExceeded) && s.ctx.Err() == nil {
		r.short = true
		return nil
	}
	return err
}

// compareWithModel runs traces on the subject and on the model, and compares them.
func (c *check) compareWithModel(ctx context.Context, s *session, r *row, impl *model.Implementation, p *progress) (err error) {
	ctx, stop := c.withTracingDeadline(ctx)
	defer stop()
	r.planned = c.plannedTraces(impl)
	p.enter("random traces")
	if c.budget == 0 {
		p.enter(fmt.Sprintf("%d random traces", r.planned))
	}
	o := c.runOptions(r.planned)
	o.Sweep = c.plannedFrames(impl)
	o.Stats, o.Grid = r.stats, r.grid
	o.Found = func(f *props.Finding) { c.recordFinding(s, r, p, newFinding(r.target, f)) }
	r.result, err = props.Run(ctx, r.profile, impl, o)
	r.countShown()
	return c.exceptDeadline(err)
}

// countShown gives the findings on how many traces showed them.
func (r *row) countShown() {
	for i := range r.result.Findings {
		f := &r.result.Findings[i]
		for _, n := range r.findings {
			if f.Shown > 1 && n.Class == f.Class() && n.Verdict == f.Verdict {
				n.Traces = f.Shown
				n.text += fmt.Sprintf("  often:   in %d of %d traces and frames\n", f.Shown, r.result.Traces+r.result.Frames)
			}
		}
	}
}

// tryProperties tries the properties, which need no model.
func (c *check) tryProperties(ctx context.Context, s *session, r *row, impl *model.Implementation, p *progress) error {
	var known []string
	for f := range r.result.Failures() {
		known = append(known, f.Breach.RuleClass())
	}
	o := c.runOptions(min(c.plannedTraces(impl), r.result.Traces) / propertyShare)
	all := metamorphic.All()
	for i, x := range all {
		p.enter(fmt.Sprintf("property %d of %d", i+1, len(all)))
		found, err := props.RunProperty(ctx, x, r.profile, impl, o, known...)
		r.tallies = append(r.tallies, found.Tallies...)
		for i := range found.Findings {
			c.recordFinding(s, r, p, newFinding(r.target, &found.Findings[i]))
		}
		if err != nil {
			return c.exceptDeadline(err)
		}
	}
	return nil
}

// runOptions returns the options for n random traces.
func (c *check) runOptions(n int) props.Options {
	if n == 0 {
		n = -1 // means none to props
	}
	return props.Options{Seed: c.seed, N: n, NoCorpus: c.corpus.value == "none"}
}

// recordFinding stores a finding at once, keeps it for the row, and notes it on stderr.
func (c *check) recordFinding(s *session, r *row, p *progress, n *finding) {
	n.setKnown(c.list.entryOf(n))
	n.counts = n.known != nil && r.target.pinned && c.known.value == knownAuto
	n.Private = c.embargo && n.mayBeNews()
	if err := n.storeFiles(c.dir); err != nil {
		s.reportTrouble(err)
	}
	r.findings = append(r.findings, n)
	r.result.Verdict = max(r.result.Verdict, n.Verdict)
	s.status.failed = s.status.failed || n.fails()
	note := ""
	if n.known != nil {
		note = " (known)"
	}
	p.note("found %s %s%s", n.Verdict, n.Class, note)
	if c.json {
		s.out.json(n.line())
	}
}

// isComplete reports whether the run was long enough to find every known failure again.
func (c *check) isComplete(r *row) bool {
	return r.stopped == nil && !r.short && c.budget == 0 && r.profile.Name == r.impl.Profile
}

func (r *row) verdictLine() verdictLine {
	l := verdictLine{Head: headOf("verdict"), Subject: r.target.Name, Version: r.impl.Version, Profile: r.profile.Name,
		Verdict: r.result.Verdict, Rules: rulesOf(r.impl.Info, r.result.Reached, r.findings), Policy: r.policy,
		Traces: r.result.Traces, Frames: r.result.Frames, Ops: r.result.Ops, Properties: propertiesOf(r.tallies, r.findings), Unsupported: r.result.Unsupported, Seconds: r.seconds}
	if r.result.Traces+r.result.Frames == 0 && l.Verdict == model.OK {
		l.Verdict = model.NotReached
	}
	switch {
	case r.short:
		l.Error = "patience ended the run"
	case r.stopped != nil:
		l.Error = r.stopped.Error()
	}
	return l
}
