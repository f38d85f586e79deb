package result

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/corpus"
)

// Env is the environment variable that names the folder in which runs leave their
// lines. Without it, tests leave none.
const Env = "PONGCHECK_RESULTS"

// Ext is how the names of files of lines end.
const Ext = ".jsonl"

// Lines are values as JSON lines.
func Lines(lines ...any) (string, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false) // "> ping" is for people, too
	for _, l := range lines {
		if err := e.Encode(l); err != nil {
			return "", err
		}
	}
	return b.String(), nil
}

// Leave writes what the test of a name came to into the folder that [Env] names, after
// a line of type "run", as one file that is whole or not there, in place of the one of
// its last run. Files of tests that no longer leave any stay: use a new folder for each
// run. If go test has the test's result in its cache, it runs the test all the same when
// the file is not there. Without the variable it does nothing.
func Leave(test string, lines ...any) error { return leave(fileName(program(), test)+Ext, lines) }

// LeavePart is [Leave] for a test that does not know all it came to at once, such as one
// that several processes run: each part is a file, in a folder of the test's. [Clear] at
// its beginning removes those of its last run.
func LeavePart(test, part string, lines ...any) error {
	return leave(filepath.Join(fileName(program(), test), fileName(test, part)+Ext), lines)
}

// Clear removes the parts that the last run of a test left. Without the variable it does
// nothing.
func Clear(test string) error {
	folder := os.Getenv(Env)
	if folder == "" {
		return nil
	}
	folder = filepath.Join(folder, fileName(program(), test))
	defer noted(folder)
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("remove the last results from the folder %s names: %w", Env, err)
	}
	return nil
}

func leave(name string, lines []any) error {
	folder := os.Getenv(Env)
	if folder == "" {
		return nil
	}
	name = filepath.Join(folder, name)
	defer noted(name)
	text, err := Lines(append([]any{testRun()}, lines...)...)
	if err == nil {
		err = corpus.WriteFile(name, text)
	}
	if err != nil {
		return fmt.Errorf("leave results in the folder %s names: %w", Env, err)
	}
	return nil
}

// SeedEnv is the environment variable that names the seed of tests that have none of
// their own.
const SeedEnv = "PONGCHECK_SEED"

// GoTest is the line that runs a test of this process's, or an input of a fuzz target's,
// by its name.
func GoTest(name string) string {
	elements := strings.Split(name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return fmt.Sprintf("go test %s -run '%s'", program(), strings.ReplaceAll(strings.Join(elements, "/"), "'", `'\''`))
}

// Test is a test of this process's by its package and name, as lines have it.
func Test(name string) string { return program() + " " + name }

// module is the path of this module.
const module = "github.com/pongcheck/pongcheck"

// testRun says what runs the tests of this process.
func testRun() Run {
	r := Run{Head: HeadOf("run"), Command: "go test " + program(), Version: "(devel)", Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if seed, err := strconv.ParseUint(os.Getenv(SeedEnv), 10, 64); err == nil {
		r.Seed = &seed
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range append(info.Deps, &info.Main) {
			if m.Path == module && m.Version != "" {
				r.Version = m.Version
			}
		}
	}
	return r
}

// program is the import path of the package whose tests this process runs.
func program() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Path != "" {
		return strings.TrimSuffix(info.Path, ".test")
	}
	return strings.TrimSuffix(filepath.Base(os.Args[0]), ".test")
}

var unsafe = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// fileName is that of one test, without [Ext]. Names that differ only in what a file's may
// not have get different ones.
func fileName(program, test string) string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s\n%s", program, test)
	short := unsafe.ReplaceAllString(program[strings.LastIndexByte(program, '/')+1:]+"."+test, "_")
	return fmt.Sprintf("%s-%08x", short[:min(len(short), 120)], h.Sum32())
}
