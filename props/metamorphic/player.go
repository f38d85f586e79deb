package metamorphic

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/pongcheck/pongcheck/model"
)

// player plays experiments: for each a report on each trace, with its transcript; with
// an error, of those that were played until then. The reports stay valid.
type player interface {
	play(all []*experiment) ([][]*model.Report, error)
	atOnce() int // how many experiments to play together
}

func newPlayer(ctx context.Context, p model.Profile, impl *model.Implementation) player {
	c := model.NewChecker(p, impl.Info)
	c.Record, c.GoOn = true, true
	if impl.Run == nil {
		return &directPlayer{ctx, impl, c}
	}
	c.Vantage = model.ByDriver
	return &driverPlayer{ctx, impl, c}
}

// directPlayer plays on subjects in this process. One value serves a whole experiment only
// if that wants it, nothing has to stand around each trace, and it did not panic.
type directPlayer struct {
	ctx     context.Context
	impl    *model.Implementation
	checker *model.Checker
}

func (p *directPlayer) atOnce() int { return 1 }

func (p *directPlayer) play(all []*experiment) ([][]*model.Report, error) {
	reports := make([][]*model.Report, 0, len(all))
	for _, x := range all {
		if err := p.ctx.Err(); err != nil {
			return reports, err
		}
		played := p.playOne(x)
		for _, r := range played {
			if r.Setup != nil {
				return reports, fmt.Errorf("%s: %w", p.impl.Name, r.Setup)
			}
		}
		reports = append(reports, played)
	}
	return reports, nil
}

func (p *directPlayer) playOne(x *experiment) []*model.Report {
	var reports []*model.Report
	var s model.Subject
	for _, t := range x.traces {
		var r *model.Report
		if !x.reuseSubject || p.impl.Around != nil {
			r = p.checker.RunIn(p.impl, t)
		} else {
			if s == nil {
				s = p.impl.New()
			}
			if r = p.checker.Run(s, t); failedItself(r.Transcript) {
				s = nil
			}
		}
		reports = append(reports, r.Clone())
	}
	return reports
}

// driverBatch is how many experiments go to a driver together: more would be played in
// vain when one of the first shows a violation.
const driverBatch = 128

// driverPlayer plays on a subject in another process. Which traces share what there is
// for the driver to say.
type driverPlayer struct {
	ctx     context.Context
	impl    *model.Implementation
	checker *model.Checker
}

func (p *driverPlayer) atOnce() int { return driverBatch }

func (p *driverPlayer) play(all []*experiment) ([][]*model.Report, error) {
	var traces []*model.Trace
	for _, x := range all {
		traces = append(traces, x.traces...)
	}
	reports, err := p.judgeTranscripts(traces)
	var each [][]*model.Report
	for _, x := range all {
		n := len(x.traces)
		if n > len(reports) {
			break
		}
		each, reports = append(each, reports[:n]), reports[n:]
	}
	return each, err
}

// judgeTranscripts drives the subject through traces. Up to an error, the reports count.
func (p *driverPlayer) judgeTranscripts(traces []*model.Trace) (reports []*model.Report, err error) {
	for t, err := range p.impl.Run(p.ctx, slices.Values(traces)) {
		if err != nil {
			return reports, fmt.Errorf("drive %s: %w", p.impl.Name, err)
		}
		if len(reports) == len(traces) {
			return reports, fmt.Errorf("drive %s: it gave more transcripts than it was given traces", p.impl.Name)
		}
		r, err := p.checker.JudgeDriven(p.ctx, p.impl, t)
		if err != nil {
			return reports, fmt.Errorf("drive %s: trace %d of a property: %w", p.impl.Name, len(reports)+1, err)
		}
		r = r.Clone()
		reports = append(reports, r)
	}
	if len(reports) != len(traces) {
		return reports, errors.Join(p.ctx.Err(), fmt.Errorf("drive %s: it gave %d transcripts for %d traces", p.impl.Name, len(reports), len(traces)))
	}
	return reports, nil
}
