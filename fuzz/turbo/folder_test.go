package turbo

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// deaths are the ways in which the child of TestDeathLosesNothing dies: by the last
// byte of its input.
var deaths = map[byte]func(){
	'x': func() { os.Exit(7) },
	'k': func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} },
	's': func() { recurse(0) },
	'm': func() {
		m := map[int]int{}
		for range 8 {
			go func() {
				for {
					m[1]++
				}
			}()
		}
		select {}
	},
}

func recurse(n int) int { return recurse(n+1) + n }

// TestDeadly is the child of the next test: it dies of some inputs.
func TestDeadly(t *testing.T) {
	dir := os.Getenv("TURBO_TEST_DIR")
	if dir == "" {
		t.Skip("a child of TestDeathLosesNothing")
	}
	debug.SetMaxStack(1 << 20)
	target := &Target{
		Run: func(in []byte, lanes *Lanes) string {
			lanes.Light(uint32(len(in)))
			if n := len(in); n > 2 && string(in[:2]) == "go" {
				if die := deaths[in[2]]; die != nil && n == 3 {
					die()
				}
			}
			if string(in) == "bug" {
				return "a bug"
			}
			return ""
		},
	}
	r, err := Run(t.Context(), target, [][]byte{[]byte("bug"), []byte("harmless"), []byte("gox"), []byte("gok"), []byte("gos"), []byte("gom"), []byte("later")},
		Options{Seed: 1, N: 1000, Dir: dir})
	if err != nil || len(r.Died) != len(deaths) {
		t.Errorf("%v, died at %q", err, r.Died)
	}
}

// Whatever ends the process, what was found stays, the input is told to the next run,
// and that goes on without it.
func TestDeathLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes that die")
	}
	dir := t.TempDir()
	for i := range len(deaths) + 1 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestDeadly$", "-test.count=1")
		cmd.Env = append(os.Environ(), "TURBO_TEST_DIR="+dir)
		out, err := cmd.CombinedOutput()
		_, in, readErr := ReadCurrent(filepath.Join(dir, currentName))
		if readErr != nil {
			t.Fatal(readErr)
		}
		if i == len(deaths) {
			if err != nil || in != nil {
				t.Errorf("the last run: %v, current input %q\n%s", err, in, out)
			}
			break
		}
		var exit *exec.ExitError
		if !errors.As(err, &exit) || !strings.HasPrefix(string(in), "go") {
			t.Fatalf("run %d did not die of its input: %v, current input %q\n%.2000s", i, err, in, out)
		}
	}
	for kind, want := range map[string][]string{"died": {"gok", "gom", "gos", "gox"}, "findings": {"bug"}} {
		all, err := readAll(filepath.Join(dir, kind))
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, in := range all {
			got = append(got, string(in))
		}
		if slices.Sort(got); !slices.Equal(got, want) {
			t.Errorf("%s: %q, %q wanted", kind, got, want)
		}
	}
	if entries, _ := readAll(filepath.Join(dir, "entries")); len(entries) < 3 {
		t.Errorf("%d entries", len(entries))
	}
}

// What an earlier run found, a later one begins with.
func TestEntriesAreSeeds(t *testing.T) {
	dir := t.TempDir()
	first, err := Run(t.Context(), right(t, 64, true), nil, Options{Seed: 1, N: 2000, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	files, err := readAll(filepath.Join(dir, "entries"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Run(t.Context(), right(t, 64, true), nil, Options{Seed: 2, N: len(files) + 1, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if first.Features < 100 || second.Features < first.Features*95/100 {
		t.Errorf("%d features, then %d", first.Features, second.Features)
	}
}

func TestCurrentThatIsNone(t *testing.T) {
	name := filepath.Join(t.TempDir(), currentName)
	for file, wrong := range map[string]bool{
		"":                                   false,
		"short":                              false,
		strings.Repeat("\x00", currentHead):  false,
		strings.Repeat("\x01", currentHead):  true,
		"\x01" + strings.Repeat("\x00", 100): false,
	} {
		if err := os.WriteFile(name, []byte(file), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, _, err := ReadCurrent(name); (err != nil) != wrong {
			t.Errorf("%q: %v", file, err)
		}
	}
}
