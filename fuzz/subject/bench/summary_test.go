package main

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// scored is a summary of two engines after two mutants: the second misses one of
// them once.
func scored() *summary {
	ms := time.Millisecond
	found := func(engine, task string, seed uint64, took time.Duration, length int) trial {
		return trial{engine: engine, task: task, seed: seed, found: true, cost: cost{10 * int(seed), 100, took}, length: length, class: "c", tries: 5, shrink: ms}
	}
	missed := trial{engine: rival, task: "b", seed: 2, cost: cost{1000, 1000, time.Second}}
	trials := []trial{
		{engine: "run", task: control, seed: 1, cost: cost{100, 3e6, time.Second}},
		found("run", "a", 1, ms/20, 2), found("run", "a", 2, ms/10, 2), found("run", "b", 1, ms/2, 5), found("run", "b", 2, 5*ms, 4),
		found(rival, "a", 1, ms/50, 3), found(rival, "a", 2, 20*ms, 2), found(rival, "b", 1, ms, 3), missed,
	}
	tasks := []*task{{name: control, isControl: true}, {name: "a", shortest: 2}, {name: "b", shortest: 4}}
	return summarizeTrials([]*engine{{name: "run", title: "ours", isOurs: true}, {name: rival, title: "theirs"}}, tasks, trials)
}

func TestSummary(t *testing.T) {
	s := scored()
	ours, theirs := s.scores[0], s.scores[1]
	if ours.foundByAll != 2 || theirs.foundByAll != 1 || ours.tried != 2 {
		t.Errorf("found in every trial: %d and %d of %d", ours.foundByAll, theirs.foundByAll, ours.tried)
	}
	if ours.opsPerSecond != 3e6 {
		t.Errorf("%v ops a second", ours.opsPerSecond)
	}
	if got, want := ours.foundWithin, []int{1, 1, 2, 2, 2, 2}; !slices.Equal(got, want) {
		t.Errorf("buckets %v, want %v", got, want)
	}
	if got, want := theirs.bucketSizes(), []int{0, 0, 0, 1, 0, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("steps %v, want %v", got, want)
	}
	if ours.shrunkToKnown != 3 || ours.shrunkToClass != 2 || ours.shrunk != 4 {
		t.Errorf("%d known, %d best of %d shrunk; want 3 and 2 of 4, for theirs has 3 ops for b", ours.shrunkToKnown, ours.shrunkToClass, ours.shrunk)
	}
	if v, found := theirs.hunts["b"].medianCost(cpuSeconds); !found || v != 0.001 {
		t.Errorf("the median of a find and a miss is %v, %v: want the find, the lower one", v, found)
	}
}

func TestTable(t *testing.T) {
	s := scored()
	want := "| ours | 4 | 2 of 2 | 0.16 ms | 10 | 3.0 | 75.0 % | 50.0 % | 5.0 | 1.0 ms |\n"
	if got := s.scoreTable(); !strings.Contains(got, want) {
		t.Errorf("no line %sin\n%s", want, got)
	}
	delete(s.scores[1].hunts, "b")
	if got, want := s.onFewer(s.scores[1]), "On the 1 mutants of theirs: ours 10 executions, 0.050 ms.\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestMutantsTable(t *testing.T) {
	got := scored().mutantTable()
	for _, want := range []string{"ours needs more than tuned rapid, in the median:\n\n- executions: none\n- CPU time: 1 of 2: a (0.050 ms against 0.020 ms)", "| b | 4 | 10, 0.50 ms | 10, 1.0 ms * |"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
}

func TestCharts(t *testing.T) {
	s := scored()
	if got := s.letterChart(); !strings.Contains(got, fmt.Sprintf("%-42sac\n", "ours")) || !strings.Contains(got, fmt.Sprintf("%-42sd.\n", "theirs")) {
		t.Errorf("the chart is\n%s", got)
	}
	d := xml.NewDecoder(strings.NewReader(s.svgChart()))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestRewrite(t *testing.T) {
	name := filepath.Join(t.TempDir(), "README.md")
	for _, c := range []struct{ before, after string }{
		{"x\n" + begins + "old\n" + ends + "y\n", "x\n" + begins + "new\n" + ends + "y\n"},
		{"x\n" + begins + ends, "x\n" + begins + "new\n" + ends},
		{"x\n" + begins + "old\n", ""},
		{"x\n", ""},
	} {
		if err := os.WriteFile(name, []byte(c.before), 0o644); err != nil {
			t.Fatal(err)
		}
		err := rewriteBetweenMarks(name, "new\n")
		if (err != nil) != (c.after == "") {
			t.Errorf("%q: the error is %v", c.before, err)
		}
		if got, _ := os.ReadFile(name); err == nil && string(got) != c.after {
			t.Errorf("%q became %q", c.before, got)
		}
	}
}
