package nightly

import (
	"strings"
	"testing"
)

// What a target of this project's harness finds is told with its conversation, whether its
// own seeds show it or an engine does.
func TestFindingsOfTheHarnessHaveAConversation(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	o := options(t, propertied(t))
	o.Packages = []string{"./pings"}
	o.Inputs = 1_000
	r := run(t, o)
	if len(r.Findings) == 0 {
		t.Fatal("nothing was found")
	}
	for _, f := range r.Findings {
		l := f.resultLine("")
		if l.Subject != "specimen/asyncio" || l.Transcript == "" || l.Replay != f.ReplayCommand() || !strings.HasPrefix(f.Signature, l.Class) {
			t.Errorf("%s: %+v", f.Signature, l)
		}
	}
}
