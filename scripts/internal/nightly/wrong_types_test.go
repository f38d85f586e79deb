package nightly

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/corpus"
)

// A target changes its arguments. What was pinned of it, and is in its mirror, is passed
// over, and new bugs are found as ever.
func TestATargetWithOtherArguments(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	root := t.TempDir()
	write := func(kind, fails string) {
		t.Helper()
		text := strings.ReplaceAll(target(fmt.Sprintf("\tf.Fuzz(func(t *testing.T, in %s) {\n\t\tif %s {\n\t\t\tt.Error(\"bug of %s\")\n\t\t}\n\t})", kind, fails, kind))["x_test.go"], "PACKAGE", "x")
		for name, text := range map[string]string{"go.mod": "module example.com/x\n\ngo 1.25\n", "x_test.go": text} {
			if err := corpus.WriteFile(filepath.Join(root, name), text); err != nil {
				t.Fatal(err)
			}
		}
	}
	o := options(t, root)
	o.Inputs = 2_000
	write("[]byte", "len(in) > 0")
	r := run(t, o)
	if len(r.Findings) != 1 || r.Findings[0].Signature != "x_test.go:10 bug of" {
		t.Fatalf("found %v", r.Findings)
	}
	write("int", "in != 0")
	r = run(t, o)
	if len(r.Findings) != 1 || !strings.Contains(string(r.Findings[0].Input), "int(") {
		t.Errorf("found %v", r.Findings)
	}
	for _, l := range r.Targets {
		if l.Executions == 0 || l.Off != "" {
			t.Errorf("%s: %d executions, %s", l.Target, l.Executions, l.Off)
		}
	}
}
