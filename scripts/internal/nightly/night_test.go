package nightly

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/scripts/internal/store"
)

// modules is the folder of the modules that several tests fuzz. Each is written once, so that
// the tests share what go build keeps of it.
var modules string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		var err error
		if modules, err = os.MkdirTemp("", "nightly"); err != nil {
			panic(err)
		}
		defer os.RemoveAll(modules)
		return m.Run()
	}())
}

// writeModule writes files into a folder of modules, unless another test did.
func writeModule(t *testing.T, name string, files map[string]string) (folder string) {
	t.Helper()
	folder = filepath.Join(modules, name)
	if _, err := os.Stat(folder); err == nil {
		return folder
	}
	for name, text := range files {
		if err := corpus.WriteFile(filepath.Join(folder, name), text); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// scratch is a module with two targets: one with a bug that only fuzzing finds, one
// without.
func scratch(t *testing.T) string {
	t.Helper()
	return writeModule(t, "scratch", map[string]string{
		"go.mod": "module example.com/scratch\n\ngo 1.25\n",
		"sub/sub_test.go": `package sub

import "testing"

func FuzzBad(f *testing.F) {
	f.Add([]byte("hello, world"), 3)
	f.Fuzz(func(t *testing.T, in []byte, n int) {
		for _, b := range in {
			if b == 0x89 {
				t.Errorf("a ping in %x", in)
			}
		}
	})
}

func FuzzGood(f *testing.F) {
	f.Add("hello, world")
	f.Fuzz(func(t *testing.T, in string) {})
}
`,
	})
}

// options are those of a short night over it.
func options(t *testing.T, root string) Options {
	t.Helper()
	t.Setenv("GOWORK", "off")
	t.Setenv("GOFLAGS", "-mod=mod")
	return Options{Root: root, Packages: []string{"./..."}, Dir: t.TempDir(), Budget: time.Hour, Inputs: 20_000, NoRace: true, Seed: 7, Command: "test", Shard: 1, Shards: 1,
		Log: t.Logf}
}

func run(t *testing.T, o Options) *Result {
	t.Helper()
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	for _, trouble := range r.Troubles {
		t.Errorf("trouble: %v", trouble)
	}
	return r
}

const (
	badTarget = "example.com/scratch/sub.FuzzBad"
	badShrunk = "go test fuzz v1\n[]byte(\"\\x89\")\nint("
)

func checkBad(t *testing.T, r *Result) {
	t.Helper()
	if len(r.Findings) != 1 {
		t.Fatalf("%d findings, want one", len(r.Findings))
	}
	f := r.Findings[0]
	if f.Target != badTarget || !strings.HasPrefix(f.Signature, "sub_test.go:10") || f.State != Stable || !bytes.HasPrefix(f.Input, []byte(badShrunk)) {
		t.Errorf("found %s: %s, %s, %q", f.Target, f.Signature, f.Reproducibility(), f.Input)
	}
	if !r.FailsNight() {
		t.Error("the night did not fail")
	}
}

// A night finds a bug once, shrinks and pins it, and leaves the sources alone; the next
// one, elsewhere, gets it from the store.
func TestNight(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	root, shared := scratch(t), new(store.Memory)
	o := options(t, root)
	o.Remote = shared
	told := 0
	o.Found = func(*Finding) { told++ }
	r := run(t, o)
	checkBad(t, r)
	if told != 1 {
		t.Errorf("told %d times", told)
	}
	if _, err := os.Stat(filepath.Join(root, "sub", "testdata")); !os.IsNotExist(err) {
		t.Errorf("the sources were touched: %v", err)
	}
	for _, l := range r.Targets { // Go's engine ends at the bug
		if cut := l.Package+"."+l.Target == badTarget && l.Engine == string(Native); l.AtLeast != cut {
			t.Errorf("%s, %s: at least %d executions: %v, want %v", l.Target, l.Engine, l.Executions, l.AtLeast, cut)
		}
	}
	if !r.Night.AtLeast {
		t.Errorf("the night's %d executions are told as if they were all", r.Night.Executions)
	}
	history := 0
	for name, err := range shared.List(t.Context(), historyKind) {
		if err != nil || !strings.HasPrefix(name, historyKind+"/") {
			t.Errorf("history %q: %v", name, err)
		}
		history++
	}
	if history != 1 {
		t.Errorf("%d nights in the history, want 1", history)
	}

	next := options(t, root)
	next.Remote, next.Budget, next.Inputs, next.Seed = shared, time.Nanosecond, 0, 8 // it does not fuzz at all
	again, err := Run(t.Context(), next)
	if err != nil {
		t.Fatal(err)
	}
	checkBad(t, again)
}

// leave has Go's engine leave a failing input behind.
func leave(t *testing.T, o Options, file string) {
	t.Helper()
	mirrors, err := filepath.Glob(filepath.Join(o.Dir, "mirror", "example.com_scratch-*", "native", "sub"))
	if err != nil || len(mirrors) != 1 {
		t.Fatalf("mirrors %q: %v", mirrors, err)
	}
	if err := corpus.WriteFile(filepath.Join(mirrors[0], "testdata", "fuzz", "FuzzBad", "0123456789abcdef"), file); err != nil {
		t.Fatal(err)
	}
}

// What a process left behind that was killed is looked at by the next one with the same
// command: a failing input that its engine had written, and what it had found before.
func TestContinue(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	root := scratch(t)
	o := options(t, root)
	ctx, kill := context.WithCancel(t.Context())
	o.Log = func(format string, a ...any) {
		if text := fmt.Sprintf(format, a...); strings.HasPrefix(text, "hunting") {
			kill()
		}
	}
	if r, err := Run(ctx, o); r != nil || err == nil {
		t.Fatalf("a run that was interrupted: %v, %v", r, err)
	}
	leave(t, o, "go test fuzz v1\n[]byte(\"left behind \\x89\")\nint(4)\n")
	o.Budget, o.Inputs, o.Log = time.Nanosecond, 0, t.Logf
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	checkBad(t, r)
	if got := string(r.Findings[0].Input); got != badShrunk+"4)\n" {
		t.Errorf("not what was left behind, shrunk: %q", got)
	}
}

func TestPlan(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds test binaries")
	}
	o := options(t, scratch(t))
	o.Plan, o.Budget, o.Inputs = []string{badTarget, "example.com/scratch/sub.FuzzGone"}, time.Nanosecond, 0
	r, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprint(r.Troubles); !strings.Contains(text, "FuzzGone of the plan is missing") || strings.Contains(text, "FuzzBad of the plan") {
		t.Errorf("troubles: %v", text)
	}
	// A target that was never run is no green one.
	if text := fmt.Sprint(r.Troubles); !strings.Contains(text, "sub.FuzzGood: no engine executed anything") {
		t.Errorf("troubles: %v", text)
	}
}
