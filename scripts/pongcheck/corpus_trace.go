package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/corpus/format"
	"github.com/pongcheck/pongcheck/corpus/store"
	"github.com/pongcheck/pongcheck/fuzz/nightly"
)

// tracer runs the inputs of a native fuzz target one by one, and says what of the
// module's code each reached, and how often.
type tracer interface {
	trace(ctx context.Context, in format.Input) (features []uint32, cost uint64, err error)
	built() string // names what was built
	close()
}

// traced is a fuzz target in a test binary that counts.
type traced struct {
	build  string // a hash of it and of the function's name: another target of it reaches something else
	fuzz   string // the function
	temp   string
	binary string
	limit  time.Duration // of a run
}

// errFails is the reason for which an input was not traced: the target fails with it.
var errFails = errors.New("the target fails with it")

// newTracer builds the test binary of a target of the module in a folder, and finds out
// how it is traced.
func newTracer(ctx context.Context, dir, target string, limit time.Duration) (tracer, error) {
	pkg, name := splitTarget(target)
	if !isFuzzName(name) || strings.HasPrefix(pkg, "-") {
		return nil, fmt.Errorf("target %.200q: want an import path, a dot, and the name of a fuzz function", target)
	}
	out, err := goCommand(ctx, dir, "list", "-f", "{{.Dir}}\n{{with .Module}}{{.Path}}{{end}}", pkg)
	if err != nil {
		return nil, err
	}
	at, module, _ := strings.Cut(strings.TrimSpace(out), "\n")
	if module == "" {
		return nil, fmt.Errorf("%s is in no module", pkg)
	}
	temp, err := os.MkdirTemp("", "pongcheck")
	if err != nil {
		return nil, err
	}
	t := &traced{fuzz: name, temp: temp, limit: limit}
	r, err := t.find(ctx, dir, pkg, module, at)
	if err != nil {
		t.close()
		return nil, err
	}
	return r, nil
}

// find builds the target: for the tracer of package turbo, or else with its blocks counted.
func (t *traced) find(ctx context.Context, dir, pkg, module, at string) (tracer, error) {
	if err := t.lookLike(at); err != nil {
		return nil, err
	}
	found, err := nightly.Packages(ctx, dir, pkg)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS == "linux" && len(found) == 1 && found[0].Harness() { // it has no counters elsewhere
		if t.binary, err = found[0].Build(ctx, nightly.Trace, t.temp, ""); err != nil {
			return nil, err
		}
		if err := t.check(ctx, pkg); err != nil {
			return nil, err
		}
		if s := (&served{traced: t, ready: map[store.ID][]reached{}}); s.answers(ctx) {
			return s, nil
		}
	}
	t.binary = filepath.Join(t.temp, "target.test")
	if _, err := goCommand(ctx, dir, "test", "-c", "-o", t.binary, "-trimpath", "-covermode=count", "-coverpkg="+module+"/...", pkg); err != nil {
		return nil, err
	}
	if err := t.check(ctx, pkg); err != nil {
		return nil, err
	}
	return &alone{t}, nil
}

// check names the build, and says whether the fuzz function is there.
func (t *traced) check(ctx context.Context, pkg string) (err error) {
	if t.build, err = hashOf(t.binary, t.fuzz); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, t.binary, "-test.list=^"+t.fuzz+"$").CombinedOutput()
	if err != nil {
		return fmt.Errorf("list its tests: %w: %.500s", err, out)
	}
	if !strings.Contains("\n"+string(out), "\n"+t.fuzz+"\n") {
		return fmt.Errorf("%s has no %s", pkg, t.fuzz)
	}
	return nil
}

func (t *traced) built() string { return t.build }

func (t *traced) close() { os.RemoveAll(t.temp) }

// folder is where the target runs.
func (t *traced) folder() string { return filepath.Join(t.temp, "run") }

// inputs is where the target finds its inputs.
func (t *traced) inputs() string { return filepath.Join(t.folder(), "testdata", "fuzz", t.fuzz) }

// lookLike makes a folder that looks to the target like that of its package, but for
// the inputs: nothing is written to the package.
func (t *traced) lookLike(pkg string) error {
	if err := os.MkdirAll(t.inputs(), 0o777); err != nil {
		return err
	}
	for _, sub := range []string{"", "testdata"} {
		files, err := os.ReadDir(filepath.Join(pkg, sub))
		if err != nil && !(sub != "" && errors.Is(err, os.ErrNotExist)) {
			return err
		}
		for _, f := range files {
			if name := filepath.Join(sub, f.Name()); name != "testdata" && name != filepath.Join("testdata", "fuzz") {
				if err := os.Symlink(filepath.Join(pkg, name), filepath.Join(t.folder(), name)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// hashOf is the hash of a name and the content of a file.
func hashOf(file, name string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	io.WriteString(h, name+"\x00")
	_, err = io.Copy(h, f)
	return hex.EncodeToString(h.Sum(nil)), err
}
