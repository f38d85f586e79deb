package nightly

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
)

// What a target of this project's harness finds is told with its conversation, whether its
// own seeds show it or an engine does.
func TestFindingsOfTheHarnessHaveAConversation(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	root := propertied(t)
	const text = `package m

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/specimen"
)

func FuzzPings(f *testing.F) {
	impl, _ := specimen.Find("specimen/asyncio@14.1")
	fuzz.Tracker(f, model.RFC(), impl)
}
`
	if err := corpus.WriteFile(filepath.Join(root, "m_test.go"), text); err != nil {
		t.Fatal(err)
	}
	o := options(t, root)
	o.Budget = 3 * time.Second
	r := run(t, o)
	if len(r.Findings) == 0 {
		t.Fatal("nothing was found")
	}
	for _, f := range r.Findings {
		l := f.line("")
		if l.Subject != "specimen/asyncio" || l.Transcript == "" || l.Replay != f.Replay() || !strings.HasPrefix(f.Signature, l.Class) {
			t.Errorf("%s: %+v", f.Signature, l)
		}
	}
}
