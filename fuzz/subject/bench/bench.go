package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
)

// bench runs engines over tasks, and keeps the trials that are done.
type bench struct {
	options
	tasks      []*task
	engines    []*engine
	doneTrials map[trialKey]trial
	misses     map[trialKey]int // by engine and task, seed 0
	log        io.Writer
}

// trialKey identifies a trial.
type trialKey struct {
	engine, task string
	seed         uint64
}

// maxMisses is how many misses end the trials of an engine on a mutant. That not all of its
// trials find the mutant is known after one.
const maxMisses = 3

// runTrials makes the trials that are not in the results yet. It goes seed by seed, so that a
// run that was stopped compares all engines on the same seeds.
func (b *bench) runTrials(ctx context.Context) error {
	name := filepath.Join(b.out, "results.csv")
	old, err := readTrials(name)
	if err != nil {
		return err
	}
	b.misses = map[trialKey]int{}
	for _, r := range old {
		b.noteTrial(r)
	}
	results, err := openLog(name)
	if err != nil {
		return err
	}
	defer results.close()
	for seed := uint64(1); seed <= b.seeds; seed++ {
		for _, e := range b.engines {
			made := 0
			for _, t := range b.tasks {
				if !b.isWanted(e, t, seed) {
					continue
				}
				r, err := e.runTrial(ctx, t, seed, limits{budget: b.budget, shrink: seed <= b.shrinks})
				if ctx.Err() != nil {
					return fmt.Errorf("stopped; the same command goes on: %w", ctx.Err())
				}
				if err != nil {
					return fmt.Errorf("%s after %s, seed %d: %w", e.name, t.name, seed, err)
				}
				if r.engine, r.task, r.seed = e.name, t.name, seed; t.isControl && r.found {
					return fmt.Errorf("%s, seed %d: finds something in %s, which is right", e.name, seed, t.name)
				}
				b.noteTrial(r)
				if err := results.writeRecord(r.csvRecord()); err != nil {
					return err
				}
				made++
			}
			if made > 0 {
				fmt.Fprintf(b.log, "seed %d: %s: %d trials\n", seed, e.title, made)
			}
		}
	}
	return nil
}

func (b *bench) noteTrial(r trial) {
	b.doneTrials[trialKey{r.engine, r.task, r.seed}] = r
	if !r.found {
		b.misses[trialKey{r.engine, r.task, 0}]++
	}
}

// isWanted reports whether to make a trial.
func (b *bench) isWanted(e *engine, t *task, seed uint64) bool {
	_, done := b.doneTrials[trialKey{e.name, t.name, seed}]
	switch {
	case done, e.maxSeeds > 0 && seed > uint64(e.maxSeeds), e.canTry != nil && !e.canTry(t):
		return false
	}
	return t.isControl || b.misses[trialKey{e.name, t.name, 0}] < maxMisses
}
