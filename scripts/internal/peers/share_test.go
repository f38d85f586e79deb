package peers

import (
	"math"
	"testing"
)

func find(t *testing.T, strategy, peer string) (*Strategy, *Peer) {
	t.Helper()
	s, found := FindStrategy(strategy)
	p, known := Find(peer)
	if !found || !known {
		t.Fatalf("there is no strategy %s or no peer %s", strategy, peer)
	}
	return &s, &p
}

// What can be written down as a formula is that.
func TestLostByFormula(t *testing.T) {
	// Valid strings by their length: a character of one byte before a shorter
	// string, or one of two (30 first bytes), three (less overlong forms and
	// surrogates) or four (U+10000 to U+10FFFF).
	valid := [5]uint64{0: 1}
	for n := 1; n < 5; n++ {
		for size, characters := range []uint64{1: 128, 2: 30 * 64, 3: 65536 - 2048 - 2048, 4: 0x110000 - 0x10000} {
			if size > 0 && size <= n {
				valid[n] += characters * valid[n-size]
			}
		}
	}
	const all32, all95, all94 = 1 << 32, 95 * 95 * 95 * 95, 94 * 94 * 94 * 94
	for _, c := range []struct {
		strategy, peer string
		want           Share
		because        string
	}{
		{"random4", "c-string", Share{all32 - 255*255*255*255, all32}, "any of four bytes is NUL"},
		{"random4", "trimming", Share{all32 - 249*249*256*256, all32}, "the first or the last byte is one of seven"},
		{"random4", "utf-8", Share{all32 - valid[4], all32}, "it is no UTF-8"},
		{"random4", "honest", Share{0, all32}, "it echoes"},
		{"random4", "hostile", Share{all32, all32}, "it always flips a bit"},
		{"ascii4", "c-string", Share{0, all95}, "no NUL is printable"},
		{"ascii4", "utf-8", Share{0, all95}, "ASCII is UTF-8"},
		{"ascii4", "trimming", Share{all95 - 94*94*95*95, all95}, "the first or the last is a space"},
		{"graphic4", "trimming", Share{0, all94}, "no space is among them"},
		{"graphic4", "silent", Share{all94, all94}, "it never answers"},
		{"graphic4", "delaying", Share{0, all94}, "it answers when it can"},
		{"graphic4", "constant", Share{all94, all94}, "Hi! has three characters"},
		{"counter-be32", "c-string", Share{Counted, Counted}, "small numbers begin with a NUL"},
		{"counter-decimal", "c-string", Share{0, Counted}, "digits are no NULs"},
		{"empty", "empty", Share{0, 1}, "nothing can be lost of it"},
		{"empty", "constant", Share{1, 1}, "something is added"},
	} {
		s, p := find(t, c.strategy, c.peer)
		if got, known := Lost(s, p); !known || got != c.want {
			t.Errorf("%s against %s loses %v (known: %v), want %v: %s", c.strategy, c.peer, got, known, c.want, c.because)
		}
	}
}

// deviations is how far the measured share of random payloads may lie from the exact
// one. In a fair run one of 1.7 million lies farther; the seed is fixed.
const deviations = 5

func TestMeasuredIsNearExact(t *testing.T) {
	between := 0
	for _, s := range Strategies() {
		for _, p := range All() {
			exact, known := Lost(&s, &p)
			if !known {
				t.Fatalf("%s against %s is not known", s.Name, p.Name)
			}
			got := Measure(&s, &p, Counted, 1)
			share := exact.Float()
			deviation := math.Sqrt(share * (1 - share) / Counted)
			if s.counts {
				deviation = 0 // every payload is sent once
			}
			if math.Abs(got.Float()-share) > deviations*deviation {
				t.Errorf("%s against %s: %v were lost, exactly %v are, %.1f standard deviations away", s.Name, p.Name, got, exact,
					math.Abs(got.Float()-share)/deviation)
			}
			if 0 < exact.Part && exact.Part < exact.Of {
				between++
			}
		}
	}
	if between < 5 {
		t.Errorf("%d shares lie between nothing and all: this test shows nothing", between)
	}
}

func TestAPeerOfOnesOwnIsMeasured(t *testing.T) {
	s, own := find(t, "counter-decimal", "honest")
	own = &Peer{Name: "prefix", Echo: func(s string) string { return s[:min(1, len(s))] }, Manner: own.Manner}
	if _, known := Lost(s, own); known {
		t.Error("its share is known, though nobody can tell what it does")
	}
	if got, want := Measure(s, own, 100, 1), (Share{91, 100}); got != want {
		t.Errorf("of 1 to 100 it lost %v, want %v", got, want)
	}
}
