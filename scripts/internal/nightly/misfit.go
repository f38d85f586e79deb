package nightly

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
)

// wrongTypes is what testing says of an input whose arguments are not those of its target.
var wrongTypes = regexp.MustCompile(`"([^"\n]+)": (?:mismatched types in corpus entry|wrong number of values in corpus entry)`)

// dropWrongTypes takes inputs out of the mirrors of a target that were made when it had other
// arguments: go test would run none of the others. Those of the sources stay.
func (n *night) dropWrongTypes(t *builtTarget) {
	for _, mirror := range t.mirrors {
		r := replayer{mirror: mirror}
		p := r.testProcess(t.Target, t.binaries[Native], hangs, "-test.run=^"+t.Name+"$/^$")
		ran := p.Run(n.ctx)
		for _, m := range wrongTypes.FindAllSubmatch(ran.Output, -1) {
			name := filepath.Base(string(m[1]))
			path := filepath.Join(t.Target.seedFolder(mirror), name)
			file, err := os.ReadFile(path)
			if theirs, e := os.ReadFile(filepath.Join(t.Dir, "testdata", "fuzz", t.Name, name)); err != nil || e == nil && bytes.Equal(file, theirs) {
				continue
			}
			n.Log("%s: passed over an input that was made when it had other arguments: %s", t, name)
			if err := os.Remove(path); err != nil {
				n.addTrouble(err)
			}
		}
	}
}
