package nightly

import (
	"fmt"
	"path/filepath"
	"slices"

	"github.com/pongcheck/pongcheck/corpus/store"
)

// prepare finds the targets and builds what runs them.
func (n *night) prepare() error {
	packages, err := packages(n.ctx, n.Root, n.Packages...)
	if err != nil {
		return err
	}
	for _, p := range packages {
		targets, err := n.build(p, !n.NoRace)
		if n.ctx.Err() != nil {
			return n.ctx.Err()
		}
		n.trouble(err)
		n.targets = append(n.targets, targets...)
	}
	for _, name := range n.Plan {
		if !slices.ContainsFunc(n.targets, func(t *running) bool { return t.String() == name }) {
			n.trouble(fmt.Errorf("the target %s of the plan is missing", name))
		}
	}
	if n.empty() {
		return nil
	}
	for _, t := range n.targets {
		for _, kind := range []Kind{Native, Turbo, Race} {
			if t.binaries[kind] != "" {
				u := &unit{running: t, kind: kind, n: firstSlice, counted: n.Inputs > 0}
				if u.counted {
					u.n = max(1, n.Inputs/countedSlices)
				}
				u.tally = n.state.unit(u.name())
				n.units = append(n.units, u)
			}
		}
	}
	// Each machine of a fleet begins elsewhere.
	if n.Shards > 1 {
		at := (n.Shard - 1) * len(n.units) / n.Shards
		n.units = slices.Concat(n.units[at:], n.units[:at])
	}
	return n.openCanary()
}

// empty reports whether there is nothing to run.
func (n *night) empty() bool { return len(n.targets) == 0 && len(n.properties) == 0 }

// build builds the test binaries of a package, and mirrors its module.
func (n *night) build(p *Package, race bool) (targets []*running, err error) {
	n.Log("building %s", p.Path)
	bin := n.binaries()
	binaries := map[Kind]string{}
	if binaries[Native], err = p.Build(n.ctx, Native, bin, ""); err != nil {
		return nil, err
	}
	if race {
		if binaries[Race], err = p.Build(n.ctx, Race, bin, ""); err != nil {
			n.trouble(err)
		}
	}
	turbo := ""
	if p.harness && p.fuzzed {
		if turbo, err = p.Build(n.ctx, Turbo, bin, ""); err != nil {
			n.trouble(err)
		}
	}
	mirrors := map[Kind]string{}
	for _, kind := range []Kind{Native, Turbo, Race} {
		mirrors[kind] = filepath.Join(n.Dir, "mirror", fileName(p.Module), string(kind))
		if n.mirrored[mirrors[kind]] {
			continue
		}
		if err := mirror(p.ModuleDir, mirrors[kind], n.Dir, kind != Race, n.Log); err != nil {
			return nil, err
		}
		n.mirrored[mirrors[kind]] = true
	}
	for _, name := range p.properties {
		y := &property{Target: Target{p, name}, mirror: mirrors[Race], race: binaries[Race] != ""}
		y.binary, y.tally = binaries[Native], n.state.unit(y.String()+" "+propertyEngine)
		if y.race {
			y.binary = binaries[Race]
		}
		n.properties = append(n.properties, y)
	}
	found, err := p.Targets(n.ctx, binaries[Native], p.folder(mirrors[Race]))
	if err != nil {
		return nil, err
	}
	for _, name := range p.declared {
		if !slices.ContainsFunc(found, func(t Target) bool { return t.Name == name }) {
			n.trouble(fmt.Errorf("the tests of %s declare %s, but do not list it: TestMain may skip them, or print to their list", p.Path, name))
		}
	}
	replays := &replayer{mirror: mirrors[Race]}
	for _, t := range found {
		r := &running{Target: t, binaries: map[Kind]string{Native: binaries[Native], Race: binaries[Race]}, mirrors: mirrors, replayer: replays,
			stored: map[store.ID]bool{}, seen: map[string]bool{}, raced: map[string]bool{}}
		if turbo != "" {
			runs, err := t.RunsTurbo(n.ctx, turbo, t.folder(mirrors[Turbo]))
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
