package turbo

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/fuzz/turbo/probe"
)

// counted is the counters of this binary. Without any it skips the test, or fails
// it in the children of TestLayout.
func counted(t testing.TB) *Counters {
	t.Helper()
	c, err := OpenCounters()
	if errors.Is(err, errNoCounters) && os.Getenv("TURBO_TEST_COUNTED") == "" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestCountersFollowABranch(t *testing.T) {
	c := counted(t)
	var once, again, twice []uint32
	c.Clear()
	probe.Branch(true)
	once = c.append(nil)
	c.Clear()
	probe.Branch(true)
	again = c.append(nil)
	c.Clear()
	probe.Branch(true)
	probe.Branch(true)
	twice = c.append(nil)
	if !slices.Equal(once, again) {
		t.Errorf("the same call twice: %v and %v", once, again)
	}
	if countMissing(twice, once) == 0 {
		t.Errorf("two calls count like one: %v", twice)
	}
	t.Logf("%d counters", c.Len())
}

const this = "github.com/pongcheck/pongcheck/fuzz/turbo"

// This version of Go puts the counters where they are looked for, in every kind of
// binary that go test makes.
func TestLayout(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("it builds binaries for Linux")
	}
	for _, flags := range [][]string{nil, {"-buildmode=pie", "-ldflags=-s -w"}} {
		binary := filepath.Join(t.TempDir(), "turbo.test")
		build := exec.Command("go", slices.Concat([]string{"test", "-c", "-gcflags=" + this + "/...=-d=libfuzzer", "-o", binary}, flags, []string{this})...)
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", build, err, out)
		}
		run := exec.Command(binary, "-test.run=^TestCountersFollowABranch$", "-test.v")
		run.Env = append(os.Environ(), "TURBO_TEST_COUNTED=1")
		if out, err := run.CombinedOutput(); err != nil || !strings.Contains(string(out), "--- PASS") {
			t.Errorf("%s: %v\n%s", build, err, out)
		}
	}
}

// A binary whose probe does not count is refused: what it counts is not known.
func TestProbeThatDoesNotCount(t *testing.T) {
	for name, live := range map[string][]byte{"nothing counts": make([]byte, 200), "none at all": nil} {
		if err := (&Counters{live: live}).checkProbe(); err == nil {
			t.Errorf("%s: taken for counters", name)
		}
	}
}

func TestFeaturesOfCounters(t *testing.T) {
	live := make([]byte, block+9)
	for i, n := range map[int]byte{0: 1, 1: 2, 7: 3, 8: 4, block - 1: 127, block: 128, block + 8: 255} {
		live[i] = n
	}
	got := (&Counters{live: live}).append([]uint32{9})
	want := []uint32{9, 0*8 + 0, 1*8 + 1, 7*8 + 1, 8*8 + 2, (block-1)*8 + 6, block*8 + 7, (block+8)*8 + 7}
	if !slices.Equal(got, want) {
		t.Errorf("%v, %v wanted", got, want)
	}
}
