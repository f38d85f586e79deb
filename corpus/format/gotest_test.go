package format

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const foreignModule = "module example.com/m\n\ngo 1.26\n"

// foreignTest shows what its targets are called with.
const foreignTest = `package m

import (
	"fmt"
	"testing"
)

func FuzzBytes(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {
		fmt.Printf("\ngot %x\n", b)
		if len(b) > 100 {
			t.Error("found")
		}
	})
}

func FuzzArgs(f *testing.F) {
	f.Fuzz(func(t *testing.T, n int, s string) { fmt.Printf("\ngot %d %q\n", n, s) })
}
`

// What is exported runs in plain go test, under the names that its engine gives; what
// its engine finds can be imported.
func TestGoItselfReadsAndWritesTheseFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a package")
	}
	c, err := Find("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, text := range map[string]string{"go.mod": foreignModule, "m_test.go": foreignTest} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	seeds := filepath.Join(dir, "testdata", "fuzz")
	if _, err := WriteFolder(filepath.Join(seeds, "FuzzBytes"), c, values([]Input{{Raw, []byte("\x00a\"\n\xff")}, {Raw, nil}})); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteFolder(filepath.Join(seeds, "FuzzArgs"), c, values([]Input{{Args, []byte("go test fuzz v1\nint(-1)\nstring(\"\\x00\")\n")}})); err != nil {
		t.Fatal(err)
	}
	out, err := goTest(dir, ".")
	for _, want := range []string{"got 0061220aff\n", "got \n", "got -1 \"\\x00\"\n"} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("go test does not show %q: %v\n%s", want, err, out)
		}
	}

	out, err = goTest(dir, "-run=^$", "-fuzz=^FuzzBytes$", "-fuzztime=100000x", "-fuzzminimizetime=10x")
	if err == nil {
		t.Fatalf("go test finds nothing:\n%s", out)
	}
	targets, err := Targets(os.DirFS(dir), "example.com/m")
	if err != nil || len(targets) != 2 || targets[1].Name != "example.com/m.FuzzBytes" {
		t.Fatalf("targets: %v, %v", targets, err)
	}
	read, longest := map[string]bool{}, 0
	folder := filepath.Join(dir, filepath.FromSlash(targets[1].Folder))
	for f, err := range ReadFolder(os.DirFS(folder), c) {
		if err != nil {
			t.Error(err)
		}
		written, _ := c.Encode(f.Input)
		if name := c.Base(0, written); name != f.Name {
			t.Errorf("named %s, not %s as go test does", name, f.Name)
		}
		read[string(f.Data)] = true
		longest = max(longest, len(f.Data))
	}
	if len(read) != 3 || longest <= 100 {
		t.Errorf("read %v", read)
	}
}

func goTest(dir string, args ...string) (string, error) {
	cmd := exec.Command("go", append([]string{"test", "-v"}, args...)...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	out, err := cmd.CombinedOutput()
	return string(out), err
}
