package nightly

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// prepareTargets finds the targets, builds their test binaries and makes the jobs.
func (n *night) prepareTargets() error {
	packages, err := listPackages(n.ctx, n.Root, n.Packages...)
	if err != nil {
		return err
	}
	for _, p := range packages {
		targets, err := n.buildPackage(p, !n.NoRace)
		if n.ctx.Err() != nil {
			return n.ctx.Err()
		}
		n.addTrouble(err)
		n.targets = append(n.targets, targets...)
	}
	for _, name := range n.Plan {
		if !slices.ContainsFunc(n.targets, func(t *builtTarget) bool { return t.String() == name }) {
			n.addTrouble(fmt.Errorf("the target %s of the plan is missing", name))
		}
	}
	if n.hasNothingToRun() {
		return nil
	}
	for _, t := range n.targets {
		for _, kind := range []Kind{Native, Turbo, Race} {
			if t.binaries[kind] != "" {
				u := &job{builtTarget: t, kind: kind, inputs: firstSlice, counted: n.Inputs > 0}
				if u.counted {
					u.inputs = max(1, n.Inputs/countedSlices)
				}
				u.tally = n.state.tallyOf(u.name())
				n.jobs = append(n.jobs, u)
			}
		}
	}
	// Each machine of a fleet begins with another job.
	if n.Shards > 1 {
		at := (n.Shard - 1) * len(n.jobs) / n.Shards
		n.jobs = slices.Concat(n.jobs[at:], n.jobs[:at])
	}
	return n.buildCanary()
}

// hasNothingToRun reports whether there is neither a target nor a test of properties.
func (n *night) hasNothingToRun() bool { return len(n.targets) == 0 && len(n.properties) == 0 }

// buildPackage builds the test binaries of a package, mirrors its module and lists its targets.
func (n *night) buildPackage(p *Package, race bool) (targets []*builtTarget, err error) {
	n.enter("building %s", p.Path)
	bin := n.binaryFolder()
	binaries := map[Kind]string{}
	if binaries[Native], err = p.Build(n.ctx, Native, bin, ""); err != nil {
		return nil, err
	}
	if race {
		if binaries[Race], err = p.Build(n.ctx, Race, bin, ""); err != nil {
			n.addTrouble(err)
		}
	}
	turbo := ""
	if p.harness && p.fuzzed {
		if turbo, err = p.Build(n.ctx, Turbo, bin, ""); err != nil {
			n.addTrouble(err)
		}
	}
	mirrors := map[Kind]string{}
	for _, kind := range []Kind{Native, Turbo, Race} {
		mirrors[kind] = filepath.Join(n.Dir, "mirror", safeFileName(p.Module), string(kind))
		if n.mirrored[mirrors[kind]] {
			continue
		}
		if err := mirrorModule(p.ModuleDir, mirrors[kind], n.Dir, kind != Race, n.Log); err != nil {
			return nil, err
		}
		n.mirrored[mirrors[kind]] = true
	}
	for _, name := range p.properties {
		y := &property{Target: Target{p, name}, mirror: mirrors[Race], race: binaries[Race] != ""}
		y.binary, y.tally = binaries[Native], n.state.tallyOf(y.String()+" "+propertyEngine)
		if y.race {
			y.binary = binaries[Race]
		}
		n.properties = append(n.properties, y)
	}
	found, err := p.Targets(n.ctx, binaries[Native], p.folderIn(mirrors[Race]))
	if err != nil {
		return nil, err
	}
	for _, name := range p.declared {
		if !slices.ContainsFunc(found, func(t Target) bool { return t.Name == name }) {
			n.addTrouble(fmt.Errorf("the tests of %s declare %s, but do not list it: TestMain may skip them, or print to their list", p.Path, name))
		}
	}
	replays := &replayer{mirror: mirrors[Race]}
	for _, t := range found {
		r := &builtTarget{Target: t, binaries: map[Kind]string{Native: binaries[Native], Race: binaries[Race]}, mirrors: mirrors, replayer: replays,
			stored: map[store.ID]bool{}, seen: map[string]bool{}, raced: map[string]bool{}}
		if turbo != "" {
			runs, err := t.RunsTurbo(n.ctx, turbo, t.folderIn(mirrors[Turbo]))
			if err != nil {
				return nil, err
			}
			if runs {
				r.binaries[Turbo] = turbo
			}
		}
		targets = append(targets, r)
	}
	return targets, nil
}
