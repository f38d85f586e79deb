package props

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// Importing this module must never force a version of a library under test: it
// requires little, and what that needs.
func TestTheModuleRequiresLittle(t *testing.T) {
	allowed := []string{"github.com/leanovate/gopter", "github.com/google/go-cmp", "github.com/anishathalye/porcupine"}
	b, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(strings.TrimPrefix(strings.TrimSpace(line), "require "))
		if len(f) >= 2 && strings.Contains(f[0], "/") && strings.HasPrefix(f[1], "v") && !strings.Contains(line, "// indirect") && !slices.Contains(allowed, f[0]) {
			t.Errorf("go.mod requires %s", f[0])
		}
	}
}
