package peers

import (
	"math/rand/v2"
	"testing"
)

// accept runs a over s.
func (a *automaton) accept(s string) bool {
	state := 0
	for i := range len(s) {
		if state = a.next(state, s[i]); state < 0 {
			return false
		}
	}
	return a.accepts(state)
}

// What is counted is what the peer does.
func TestAutomataAcceptWhatStays(t *testing.T) {
	var words []string
	for a := range 256 {
		words = append(words, string([]byte{byte(a)}))
		for b := range 256 {
			words = append(words, string([]byte{byte(a), byte(b)}))
		}
	}
	// The ends of every range of RFC 3629, what trimmers trim, and what they do not.
	edges := []byte("\x00\x01\t\r\x0e !Hi\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5\xff")
	for i := range len(edges) * len(edges) * len(edges) {
		n := len(edges)
		words = append(words, string([]byte{edges[i%n], edges[i/n%n], edges[i/n/n]}))
	}
	r := rand.New(rand.NewPCG(1, 1))
	for range 300_000 {
		var w [4]byte
		for i := range w {
			w[i] = edges[r.IntN(len(edges))]
		}
		words = append(words, string(w[:]))
	}
	words = append(words, "", "Hi!", "Hi!!", "\xf0\x9f\x8f\x93", "a\xe2\x82\xacb")
	for _, p := range All() {
		kept := 0
		for _, w := range words {
			stays := p.Echo(w) == w
			if got := p.keeps.accept(w); got != stays {
				t.Fatalf("%s: %q is echoed as %q, yet accepted is %v", p.Name, w, p.Echo(w), got)
			}
			if stays {
				kept++
			}
		}
		if kept == 0 || p.Breaks == "5.5.3" && kept == len(words) {
			t.Errorf("%s leaves %d of %d payloads as they are: this test shows nothing", p.Name, kept, len(words))
		}
	}
}
