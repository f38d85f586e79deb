package driver

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// The driver in README.md works as it is printed.
func TestReadmeExample(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if required := os.Getenv("PONGCHECK_REQUIRE"); strings.Contains(required, "python") || required == "all" {
			t.Fatal(err)
		}
		t.Skip(err, "(apt-get install python3)")
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, code, _ := strings.Cut(string(readme), "```python\n")
	code, _, _ = strings.Cut(code, "```")
	file := filepath.Join(t.TempDir(), "driver.py")
	if err := os.WriteFile(file, []byte(code), 0o644); err != nil {
		t.Fatal(err)
	}
	d, err := Open(t.Context(), Options{}, python, file)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	trace, err := text.ParseString("pongcheck-trace 1\nrecv-ping 0d90\nrecv-ping $1+00\nrecv-ping -\nrecv-ping 61*30\nping 61\nsettle\n")
	if err != nil {
		t.Fatal(err)
	}
	want := "pongcheck-trace 1\nsubject example 1.0\nsees frames\nrecv-ping 0d90\n  > pong 0d90\nrecv-ping $1+00\n  < 00\n  > pong 00\n" +
		"recv-ping -\n  > pong -\nrecv-ping 61*30\n  > pong 61*30\nping 61\n  unsupported\nsettle\nend\n"
	for got, err := range d.run(t.Context(), slices.Values([]*model.Trace{trace.Trace()})) {
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != want {
			t.Errorf("got\n%s\nwant\n%s", got, want)
		}
	}
}
