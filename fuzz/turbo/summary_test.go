package turbo

import (
	"fmt"
	"slices"
	"testing"
)

// What a run prints is what the process that started it reads, between whatever else was
// printed.
func TestSummariesAreRead(t *testing.T) {
	want := []Summary{{100, 20, 3, 4}, {7, 0, 0, 0}}
	out := fmt.Sprintf("--- FAIL\nturbo: 3 executions\n%s, 2 findings\n turbo: no\n%s", want[0], want[1])
	if got := ReadSummaries([]byte(out)); !slices.Equal(got, want) {
		t.Errorf("read %v, want %v", got, want)
	}
	if got := want[0].String(); got != "turbo: 100 executions, 20 features by 3 entries, 4 before" {
		t.Errorf("printed %q", got)
	}
}
