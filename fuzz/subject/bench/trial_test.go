package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestResultsGrow(t *testing.T) {
	name := filepath.Join(t.TempDir(), "results.csv")
	want := []trial{
		{engine: "run", task: "tracking/credit", seed: 3, found: true, cost: cost{12, 340, 56700 * time.Nanosecond}, length: 2,
			class: "crash *errors.errorString", tries: 90, shrink: 2 * time.Millisecond},
		{engine: "rapid", task: "deep/sorted", seed: 1, cost: cost{100, 3000, time.Second}},
	}
	for _, r := range want { // each as if the run had been cut short before it
		l, err := openLog(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.writeRecord(r.csvRecord()); err != nil {
			t.Fatal(err)
		}
		if err := l.close(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := readTrials(name)
	if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestBrokenResultsSayWhere(t *testing.T) {
	_, err := parseTrials("results.csv", strings.NewReader(strings.Join(columns, ",")+"\nrun,a,1,true,x,1,1,,,,\n"))
	if err == nil || !strings.HasPrefix(err.Error(), "results.csv:2: column traces: ") {
		t.Errorf("the error is %v", err)
	}
}
