package peers

import (
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/pongcheck/pongcheck/frame"
)

func TestPayloads(t *testing.T) {
	want := map[string]string{ // of the twelfth ping; empty: it is random
		"counter-decimal": "12", "counter-be32": "\x00\x00\x00\x0c", "constant": "ping",
	}
	r := rand.New(rand.NewPCG(1, 0))
	for _, s := range Strategies() {
		got := s.Payload(r, 11)
		if w := want[s.Name]; w != "" && got != w {
			t.Errorf("%s: the payload of ping 12 is %q, want %q", s.Name, got, w)
		}
		if (got == "") != (s.Name == "empty") || len(got) > frame.MaxControl {
			t.Errorf("%s: the payload of ping 12 is %q", s.Name, got)
		}
	}
}

// The last number of each width is followed by the first of the next.
func TestDecimalsAreWholeNumbers(t *testing.T) {
	s, _ := FindStrategy("counter-decimal")
	if s.size() != Counted {
		t.Fatalf("it counts to %d, want %d", s.size(), Counted)
	}
	for i := range Counted + 1 {
		if got, want := s.Payload(nil, i), strconv.Itoa(i%Counted+1); got != want {
			t.Fatalf("ping %d is %q, want %q", i, got, want)
		}
	}
	for _, w := range decimals(first2025, last2025) {
		if w.writeNumber(w.first)[0] == '0' || w.size() != 365*24*3600*1e9 {
			t.Errorf("2025 has %d nanoseconds, from %s", w.size(), w.writeNumber(w.first))
		}
	}
}
