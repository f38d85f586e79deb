package nightly

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
)

// wrongTypes matches what go test prints of an input whose arguments have other types than
// those of its target.
var wrongTypes = regexp.MustCompile(`"([^"\n]+)": (?:mismatched types in corpus entry|wrong number of values in corpus entry)`)

// dropWrongTypes removes inputs from the mirrors of a target that were made when its arguments
// had other types: with one of them go test runs no input at all. Those of the sources stay.
func (n *night) dropWrongTypes(t *builtTarget) {
	for _, mirror := range t.mirrors {
		r := replayer{mirror: mirror}
		p := r.testProcess(t.Target, t.binaries[Native], hangs, "-test.run=^"+t.Name+"$/^$")
		ran := p.Run(n.ctx)
		for _, m := range wrongTypes.FindAllSubmatch(ran.Output, -1) {
			name := filepath.Base(string(m[1]))
			path := filepath.Join(t.Target.seedFolder(mirror), name)
			file, err := os.ReadFile(path)
			if ofSources, e := os.ReadFile(filepath.Join(t.Dir, "testdata", "fuzz", t.Name, name)); err != nil || e == nil && bytes.Equal(file, ofSources) {
				continue
			}
			n.Log("%s: ignored an input that was made when it had other arguments: %s", t, name)
			if err := os.Remove(path); err != nil {
				n.addTrouble(err)
			}
		}
	}
}
