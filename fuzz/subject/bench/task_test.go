package main

import (
	"testing"

	"github.com/pongcheck/pongcheck/model/text"
)

// The shortest trace of every mutant is as long as the task says.
func TestShortest(t *testing.T) {
	all, err := allTasks()
	if err != nil {
		t.Fatal(err)
	}
	controls := 0
	for _, k := range all {
		if k.isControl {
			controls++
		} else if k.shortest < 1 {
			t.Errorf("%s: the shortest has %d ops", k.name, k.shortest)
		}
	}
	if controls != 1 || len(all) < 23 {
		t.Errorf("%d tasks, %d of them controls", len(all), controls)
	}
}

// Two Pings in one read are no shorter than two reads.
func TestRawCountsFrames(t *testing.T) {
	const two = "898137fa213d56" + "898137fa213d55"
	trace, err := text.ParseString("pongcheck-trace 1\nblock\nrecv-ping -\nrecv-ping -\nrecv-ping -\nraw " + two + "\nresume\nsettle\n")
	if err != nil {
		t.Fatal(err)
	}
	if class, n := taskNamed(t, "deep/queue-of-four").findFailure(trace.Trace()); class == "" || n != 8 {
		t.Errorf("%d ops for %q, want 8", n, class)
	}
	for raw, want := range map[string]int{"": 0, "\x89": 1, "\x89\x00": 1, "\x89\x00\x89\x00": 2, "\x89\x00\x89": 2, "\x89\x05ab": 1} {
		if got := countFrames(raw); got != want {
			t.Errorf("%q has %d frames, want %d", raw, got, want)
		}
	}
}
