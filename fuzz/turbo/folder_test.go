//go:build unix

package turbo

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// deaths are the ways in which the child of TestDeathLosesNothing dies: by the last
// byte of its input.
var deaths = map[byte]func(){
	'x': func() { os.Exit(7) },
	'k': func() { _ = syscall.Kill(os.Getpid(), syscall.SIGKILL); select {} },
	's': func() { _ = recurse(0) },
	'h': func() { select {} },
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

// recurse never returns.
var recurse func(n int) int

func init() { recurse = func(n int) int { return recurse(n+1) + n } }

// TestDeadly is the child of the next test: it dies of some inputs.
func TestDeadly(t *testing.T) {
	dir := os.Getenv("TURBO_TEST_DIR")
	if dir == "" {
		t.Skip("a child of TestDeathLosesNothing")
	}
	debug.SetMaxStack(1 << 20)
	go func() { select {} }() // a hang is not to look like a deadlock
	time.AfterFunc(time.Hour, func() {})
	target := &Target{Run: func(in []byte, lanes *Lanes) string {
		lanes.Light(uint32(len(in)))
		if len(in) == 3 && string(in[:2]) == "go" {
			if die := deaths[in[2]]; die != nil {
				die()
			}
		}
		if string(in) == "bug" {
			return "a bug"
		}
		return ""
	}}
	seeds := [][]byte{[]byte("bug"), []byte("harmless"), []byte("gox"), []byte("gok"), []byte("gos"), []byte("gom"), []byte("goh"), []byte("later")}
	r, err := Run(t.Context(), target, seeds, Options{Seed: 1, N: 1000, Dir: dir})
	if err != nil || len(r.Died) != len(deaths) {
		t.Errorf("%v, died at %q", err, r.Died)
	}
}

// Whatever ends the process, what was found stays, the input is reported, and the next
// process goes on without it.
func TestDeathLosesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("it starts processes that die")
	}
	dir := t.TempDir()
	died, err := Supervise(t.Context(), Options{N: 1000, Dir: dir}, 5*time.Second, func(ctx context.Context, o Options) *exec.Cmd {
		cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestDeadly$")
		cmd.Env = append(os.Environ(), "TURBO_TEST_DIR="+o.Dir)
		return cmd
	})
	if err != nil {
		t.Error(err)
	}
	for i, want := range []struct{ in, status, output string }{
		{"gox", "exit status 7", ""},
		{"gok", "signal: killed", ""},
		{"gos", "exit status 2", "stack overflow"},
		{"gom", "exit status 2", "concurrent map"},
		{"goh", "exit status 2", "SIGQUIT"},
	} {
		if i >= len(died) {
			t.Fatalf("%d deaths", len(died))
		}
		if d := &died[i]; string(d.Input) != want.in || d.Status != want.status || !strings.Contains(string(d.Output), want.output) || d.Hung != (want.in == "goh") {
			t.Errorf("death %d: at %q, %s, hung: %t; wanted: %+v\n%.2000s", i+1, d.Input, d.Status, d.Hung, want, d.Output)
		}
	}
	for kind, want := range map[string][]string{"died": {"goh", "gok", "gom", "gos", "gox"}, "findings": {"bug"}} {
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
	if _, in, err := readCurrent(filepath.Join(dir, currentName)); in != nil || err != nil {
		t.Errorf("at the end: %q, %v", in, err)
	}
}

// What an earlier run found, a later one begins with.
func TestEntriesAreSeeds(t *testing.T) {
	dir := t.TempDir()
	first, err := Run(t.Context(), right(t).target(t), nil, Options{Seed: 1, N: 2000, Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	files, err := readAll(filepath.Join(dir, "entries"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := Run(t.Context(), right(t).target(t), nil, Options{Seed: 2, N: len(files) + 1, Dir: dir})
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
		if _, _, err := readCurrent(name); (err != nil) != wrong {
			t.Errorf("%q: %v", file, err)
		}
	}
}

// A shrink does not end at an input at which an earlier one did.
func TestShrinkPassesOverDeadly(t *testing.T) {
	dir := t.TempDir()
	if err := (&folder{path: dir}).writeInput("died", []byte("b")); err != nil {
		t.Fatal(err)
	}
	target := &Target{Run: func(in []byte, _ *Lanes) string {
		switch {
		case string(in) == "b":
			t.Error("it was run again")
		case strings.HasPrefix(string(in), "b"):
			return "a bug"
		}
		return ""
	}}
	r, err := Run(t.Context(), target, [][]byte{[]byte("bug")}, Options{N: 2, Dir: dir})
	if err != nil || len(r.Findings) != 1 || len(r.Findings[0].Input) != 2 {
		t.Errorf("%v: %+v", err, r)
	}
}

// A process that hangs before it notes its first input is ended too.
func TestAHangBeforeTheFirstInput(t *testing.T) {
	died, err := Supervise(t.Context(), Options{N: 1000, Dir: t.TempDir()}, 200*time.Millisecond, func(ctx context.Context, o Options) *exec.Cmd {
		return exec.CommandContext(ctx, "sleep", "98763")
	})
	if err == nil || len(died) != 0 {
		t.Errorf("%d deaths, %v; want the error that ended it", len(died), err)
	}
}
