package nightly

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

func TestHistory(t *testing.T) {
	b := new(store.Memory)
	put := func(name, text string) {
		if err := b.Put(t.Context(), name, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 5 {
		text := fmt.Sprint("night ", 5-i)
		put(historyName(fmt.Sprintf("2026112%dT010000Z-1-ab", 5-i), []byte(text)), text)
	}
	put(historyName("20261124T020000Z-1-ab", []byte("another")), "it lies")
	var got, errs []string
	for lines, err := range History(t.Context(), b, 4) {
		if err != nil {
			errs = append(errs, err.Error())
			continue
		}
		got = append(got, string(lines))
	}
	if len(errs) != 1 || !strings.HasPrefix(errs[0], "read night/20261124T020000Z") {
		t.Errorf("of the one that lies it says %q", errs)
	}
	if want := []string{"night 3", "night 4", "night 5"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
