package shrink

import (
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/props/generate"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// everything is what a subject without limits can do.
var everything = propstest.Everything()

// failures yields the first n generated traces that fail.
func failures(t *testing.T, n int, fails func(*model.Trace) bool) []*model.Trace {
	t.Helper()
	g := generate.New(propstest.Everything(), generate.Options{})
	var found []*model.Trace
	var tr model.Trace
	for i := uint64(0); len(found) < n; i++ {
		if i == 1_000_000 {
			t.Fatalf("%d of %d failures in %d traces", len(found), n, i)
		}
		if g.Trace(8, i, &tr); fails(&tr) {
			found = append(found, tr.Clone())
		}
	}
	return found
}

// Shrink quality is a table with exact answers.
func TestShrinkFindsTheShortest(t *testing.T) {
	for _, y := range propstest.Toys {
		t.Run(y.Name, func(t *testing.T) {
			fails := func(tr *model.Trace) bool { return propstest.RunToy(y.Show, tr) != "" }
			for _, tr := range failures(t, 3, fails) {
				got, tries := Trace(&everything, tr, fails, 20_000)
				if !fails(got) {
					t.Errorf("does not fail: %s", propstest.OneLine(got))
				}
				if propstest.OneLine(got) != y.Want {
					t.Errorf("got %s\nwant %s\nafter %d tries from %d ops", propstest.OneLine(got), y.Want, tries, len(tr.Ops))
				}
			}
		})
	}
}

// classes are the first of two bugs and everything else as another class.
func classes(tr *model.Trace) string {
	if c := propstest.RunToy(propstest.Toys[1].Show, tr); c != "" {
		return "one " + c
	}
	if c := propstest.RunToy(propstest.Toys[8].Show, tr); c != "" {
		return "two " + c
	}
	return propstest.RunToy(propstest.Toys[12].Show, tr)
}

func TestShrinkKeepsTheClassAndNeverLengthens(t *testing.T) {
	g := generate.New(propstest.Everything(), generate.Options{})
	seen := map[string]int{}
	for i := range uint64(3000) {
		var tr model.Trace
		g.Trace(11, i, &tr)
		class := classes(&tr)
		if class == "" || seen[class] == 40 {
			continue
		}
		seen[class]++
		was := tr.String()
		got, tries := Trace(&everything, &tr, func(c *model.Trace) bool { return classes(c) == class }, 300)
		if tr.String() != was {
			t.Fatalf("trace %d was changed", i)
		}
		if classes(got) != class || Length(got) > Length(&tr) || tries > 300 {
			t.Errorf("trace %d (%s): %q after %d tries of %d ops:\n%s", i, class, classes(got), tries, len(tr.Ops), got)
		}
		if _, err := text.ParseString(got.String()); err != nil {
			t.Errorf("trace %d: shrunk to what does not parse: %v\n%s", i, err, got)
		}
	}
	if len(seen) != 3 {
		t.Errorf("classes seen: %v", seen)
	}
}

func TestShrinkIsDeterministic(t *testing.T) {
	y := propstest.Toys[14]
	fails := func(tr *model.Trace) bool { return propstest.RunToy(y.Show, tr) != "" }
	tr := failures(t, 1, fails)[0]
	one, n := Trace(&everything, tr, fails, 2000)
	two, m := Trace(&everything, tr, fails, 2000)
	if one.String() != two.String() || n != m {
		t.Errorf("%s after %d tries, and %s after %d", propstest.OneLine(one), n, propstest.OneLine(two), m)
	}
}

func TestShrinkInBatches(t *testing.T) {
	for _, y := range propstest.Toys[:14] {
		fails := func(tr *model.Trace) bool { return propstest.RunToy(y.Show, tr) != "" }
		tr := failures(t, 1, fails)[0]
		rounds := 0
		got, tries := InBatches(&everything, tr, 64, 2000, func(c []*model.Trace) int {
			rounds++
			for i := range c {
				if fails(c[i]) {
					return i
				}
			}
			return -1
		})
		if propstest.OneLine(got) != y.Want || rounds > 100+tries/4 {
			t.Errorf("%s: %s after %d tries in %d rounds, want %s", y.Name, propstest.OneLine(got), tries, rounds, y.Want)
		}
	}
}

func TestShrinkWithoutBudget(t *testing.T) {
	tr := &model.Trace{Ops: []model.Op{{Kind: model.Settle}, {Kind: model.Drop}}}
	if got, tries := Trace(&everything, tr, func(*model.Trace) bool { return true }, 0); got != tr || tries != 0 {
		t.Errorf("%v after %d tries", got, tries)
	}
	if got, _ := Trace(&everything, tr, func(*model.Trace) bool { return true }, 100); len(got.Ops) != 0 {
		t.Errorf("everything fails, and yet %s is left", propstest.OneLine(got))
	}
	if got, _ := Trace(&everything, tr, func(*model.Trace) bool { return false }, 100); got != tr {
		t.Errorf("nothing fails, and yet it became %s", propstest.OneLine(got))
	}
}

func BenchmarkShrink(b *testing.B) {
	y := propstest.Toys[1]
	fails := func(tr *model.Trace) bool { return propstest.RunToy(y.Show, tr) != "" }
	g := generate.New(propstest.Everything(), generate.Options{})
	var tr model.Trace
	for i := uint64(0); len(tr.Ops) < 30 || !fails(&tr); i++ {
		g.Trace(1, i, &tr)
	}
	tries := 0
	for b.Loop() {
		_, n := Trace(&everything, &tr, fails, 20_000)
		tries += n
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(tries), "ns/try")
}

// With a debug output the shrinker says which pass accepted what.
func TestShrinkExplainsItself(t *testing.T) {
	var b strings.Builder
	debugOutput = &b
	t.Cleanup(func() { debugOutput = nil })
	info := propstest.Everything()
	y := propstest.Toys[2]
	fails := func(tr *model.Trace) bool { return propstest.RunToy(y.Show, tr) != "" }
	shrunk, _ := Trace(&info, propstest.ParseTrace(t, "settle|ping 62|drop|ping 61|recv-ping 61|pong 61"), fails, 1000)
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for _, line := range lines {
		if !strings.HasPrefix(line, "shrink: ") || !strings.Contains(line, ", try ") {
			t.Errorf("got %q", line)
		}
	}
	if last := lines[len(lines)-1]; !strings.HasSuffix(last, ": "+propstest.OneLine(shrunk)) || len(lines) < 2 {
		t.Errorf("the last of %d lines is %q", len(lines), last)
	}
	if !strings.HasPrefix(lines[0], "shrink: the same in plainer numbers, try 1: ") {
		t.Errorf("the first line is %q", lines[0])
	}
}
