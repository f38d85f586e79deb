package turbo

import (
	"math/rand/v2"
	"testing"
)

// add offers an input to p as the engine does.
func add(p *pool, in string, features ...uint32) {
	if better, _ := p.countFeatures(features, len(in)); len(better) > 0 {
		p.addEntry([]byte(in), better)
	}
}

func TestPoolKeepsTheShortest(t *testing.T) {
	p := newPool(10)
	add(p, "long", 1, 2, 3)
	add(p, "abc", 1, 2)
	add(p, "also", 1, 3)
	if len(p.entries) != 2 || string(p.features[3].owner.in) != "long" || string(p.features[1].owner.in) != "abc" {
		t.Errorf("%d entries; 3 of %q, 1 of %q", len(p.entries), p.features[3].owner.in, p.features[1].owner.in)
	}
	add(p, "x", 1, 2, 3)
	if len(p.entries) != 1 || len(p.known) != 3 || p.features[1].hits != 4 {
		t.Errorf("%d entries, %d features, 1 was seen %d times", len(p.entries), len(p.known), p.features[1].hits)
	}
	for i, e := range p.entries {
		if e.at != i || e.owned == 0 {
			t.Errorf("entry %d thinks it is %d and owns %d", i, e.at, e.owned)
		}
	}
}

func TestPoolPicksTheRare(t *testing.T) {
	p := newPool(10)
	for f := range uint32(10) {
		add(p, "entry"+string(rune('0'+f)), f)
	}
	for range 1000 {
		for f := range uint32(9) {
			add(p, "a longer one", f)
		}
	}
	rng, rare := rand.New(rand.NewPCG(1, 0)), 0
	for range 1000 {
		if string(p.pickRare(rng)) == "entry9" {
			rare++
		}
	}
	if rare < 200 || rare > 350 { // 1-0.9^3 is 27 per cent; evenly it would be 10
		t.Errorf("the rarest of ten was picked %d times of 1,000", rare)
	}
}

func TestBetterSource(t *testing.T) {
	good, bad := source{tries: 1000, finds: 50}, source{tries: 1000, finds: 5}
	rng, n := rand.New(rand.NewPCG(1, 0)), 0
	for range 1000 {
		if chooseSource(&good, &bad, rng) == &good {
			n++
		}
	}
	if n < 800 || n > 950 { // 7 of 8
		t.Errorf("the better one %d times of 1,000", n)
	}
	for range 5000 {
		good.countTry()
	}
	if good.yieldRate() > bad.yieldRate() {
		t.Errorf("a source that finds nothing any more still yields %v", good.yieldRate())
	}
}
