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

// Env is the environment variable PONGCHECK_RESULTS. If it names a folder, every check of
// a test, every fuzz target and every run of goroutines writes its verdict and findings
// there, as JSON lines in one file for each test; pongcheck report reads the folder.
// Pictures of histories go there too. Without the variable, tests write no results.
const Env = "PONGCHECK_RESULTS"

// Ext is the extension of files of lines.
const Ext = ".jsonl"

// Lines returns the values as JSON lines.
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

// Leave writes the results of a test into the folder that [Env] names, after a line of
// type "run". The file replaces that of the last run, and is never there in part. Files
// of tests that no longer exist stay: use a new folder for each run. If the file is
// missing, go test runs the test again even if it has cached the result. Without the
// variable Leave does nothing.
func Leave(test string, lines ...any) error { return leave(fileName(program(), test)+Ext, lines) }

// LeavePart is [Leave] for a test whose results come one by one, such as a test that
// several processes run: each part is a file in the folder of the test. The test calls
// [Clear] at its beginning, to remove the parts of its last run.
func LeavePart(test, part string, lines ...any) error {
	return leave(filepath.Join(fileName(program(), test), fileName(test, part)+Ext), lines)
}

// Clear removes the parts that the last run of a test wrote. Without the variable it does
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

// GoTest returns the command line that runs a test of this process, or an input of a fuzz
// target, by its name.
func GoTest(name string) string {
	elements := strings.Split(name, "/")
	for i, e := range elements {
		elements[i] = "^" + regexp.QuoteMeta(e) + "$"
	}
	return fmt.Sprintf("go test %s -run '%s'", program(), strings.ReplaceAll(strings.Join(elements, "/"), "'", `'\''`))
}

// Test returns the package and name of a test of this process, as lines have them.
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

// notFilename matches what a file name must not have.
var notFilename = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// fileName is that of one test, without [Ext]. Names that differ only in what a file's may
// not have get different ones.
func fileName(program, test string) string {
	h := fnv.New32a()
	fmt.Fprintf(h, "%s\n%s", program, test)
	short := notFilename.ReplaceAllString(program[strings.LastIndexByte(program, '/')+1:]+"."+test, "_")
	return fmt.Sprintf("%s-%08x", short[:min(len(short), 120)], h.Sum32())
}
