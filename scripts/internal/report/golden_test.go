package report

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// golden compares what is written with a file of testdata.
func golden(t *testing.T, name string, write func(io.Writer) error) {
	t.Helper()
	var got bytes.Buffer
	if err := write(&got); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s (-), and what is written now (+); -update rewrites it:\n%s", file, diff)
	}
}

// afterRun is the run that the golden files show: the incident, as a specimen and as
// the release that had it, a mutant with a property that does not hold, mutants of
// which one survived, nights, targets and a private finding.
func afterRun(t *testing.T) *Run {
	t.Helper()
	r, err := Read("testdata/after")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func beforeRun(t *testing.T) *Run {
	t.Helper()
	r, err := Read("testdata/before")
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestGolden(t *testing.T) {
	r := afterRun(t)
	c := Compare(beforeRun(t), r)
	golden(t, "report.html", func(w io.Writer) error { return HTML(w, r, c) })
	golden(t, "report.md", func(w io.Writer) error { return Markdown(w, r, c) })
	golden(t, "report.junit.xml", func(w io.Writer) error { return JUnit(w, r) })
	golden(t, "report.annotations", func(w io.Writer) error { return Annotations(w, r) })
}

// What JSON writes reads as the same run.
func TestJSONReadsBack(t *testing.T) {
	r := afterRun(t)
	r.Troubles = []string{"a.jsonl:7: \"x\" is no verdict"}
	file := filepath.Join(t.TempDir(), "all.jsonl")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := JSON(f, r); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Read(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(r, again); diff != "" {
		t.Errorf("written (-) and read again (+):\n%s", diff)
	}
}
