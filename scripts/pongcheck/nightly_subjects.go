package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/model/specimen"
	"github.com/pongcheck/pongcheck/props/result"
)

// subjectsShare is the part of a night's budget that the subjects share, after fuzzing.
const subjectsShare = 0.1

// subjects checks the subjects that can run here, with the night's seed. It then hunts the
// mutants, which shows that bugs are found at all. Both write their lines to a folder.
// Private details go there only: logs of nights are often public.
func (c *night) subjects(s *session, seed uint64, dir string) error {
	ready, _, err := runnableSubjects(s.ctx)
	if err != nil {
		return err
	}
	check := &check{n: -1, seed: seed, corpus: newChoice("seeds"), install: newChoice("never"), known: newChoice(knownShow), within: true, embargo: true, dir: dir,
		budget: time.Duration(subjectsShare*float64(c.budget)) / time.Duration(max(1, len(ready)))}
	err = check.run(s, nil)
	return errors.Join(err, huntMutants(s, seed, dir))
}

// huntMutants tries each mutant once. One that survives fails the night.
func huntMutants(s *session, seed uint64, dir string) error {
	c := &mutants{n: 50_000, seed: seed, trials: 1, certify: -1, corpus: newChoice("none")}
	p := startProgress(s.err, "mutants", mutantState)
	defer p.stop()
	lines := []any{s.runLine(seed)}
	survived := 0
	all := specimen.Mutants()
	for i, m := range all {
		p.enter(fmt.Sprintf("%d of %d", i+1, len(all)))
		l, err := c.huntTrials(s.ctx, &m, p)
		if err != nil {
			return err
		}
		if l.Found == never {
			survived++
			p.note("%s survived", l.Name)
		}
		lines = append(lines, l)
	}
	s.status.failed = s.status.failed || survived > 0
	s.out.printf("\n%d mutants, %d survived\n", len(lines)-1, survived)
	text, err := result.Lines(lines...)
	if err == nil {
		err = corpus.WriteFile(filepath.Join(dir, "mutants"+result.Ext), text)
	}
	if err != nil {
		return fmt.Errorf("write the results of the mutants: %w", err)
	}
	return nil
}
