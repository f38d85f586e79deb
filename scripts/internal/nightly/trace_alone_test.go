package nightly

import (
	"slices"
	"strings"
	"testing"
)

func TestReadProfile(t *testing.T) {
	const profile = "mode: count\na.go:1.1,2.2 3 0\na.go:3.1,4.2 2 1\na.go:5.1,6.2 1 3\nb.go:1.1,2.2 1 200\n"
	features, cost, err := readProfile(strings.NewReader(profile))
	if want := []uint32{2*8 + 0, 3*8 + 1, 4*8 + 7}; err != nil || !slices.Equal(features, want) || cost != 2+3+200 {
		t.Errorf("got %v, cost %d, %v, want %v", features, cost, err, want)
	}
	if _, _, err := readProfile(strings.NewReader("mode: count\na.go:1.1,2.2 3 many\n")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a bad line: %v", err)
	}
}
