package props

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// mostModules is how many modules a user's build list may gain by this one.
const mostModules = 10

// underTest are old versions of libraries that people test with this module. The
// scratch module replaces them by empty modules, so that no test downloads them.
var underTest = map[string]string{
	"github.com/gorilla/websocket": "v1.5.0",
	"golang.org/x/net":             "v0.1.0",
	"golang.org/x/text":            "v0.3.0",
	"google.golang.org/grpc":       "v1.20.0",
	"google.golang.org/protobuf":   "v1.20.0",
}

// A user who imports this module gets few modules by it, and keeps the versions of all
// others: a scratch module, as a user would write it, is tidied and its build list read.
func TestTheModuleRequiresLittle(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	writeScratchModule(t, dir, root)
	runGo(t, dir, "mod", "tidy")
	brought := 0
	for line := range strings.Lines(runGo(t, dir, "list", "-m", "all")) {
		f := strings.Fields(line)
		switch want, isUnderTest := underTest[f[0]]; {
		case isUnderTest && f[1] != want:
			t.Errorf("importing this module changes %s from %s to %s", f[0], want, f[1])
		case !isUnderTest && len(f) > 1:
			brought++
		}
	}
	if brought == 0 || brought > mostModules {
		t.Errorf("importing this module brings %d modules, want 1 to %d:\n%s", brought, mostModules, runGo(t, dir, "mod", "graph"))
	}
	runGo(t, dir, "vet", "./...")
	t.Logf("%d modules", brought)
}

// writeScratchModule writes a user's module: a small tracker, a property test and a
// fuzz target for it, and one import of each library under test.
func writeScratchModule(t *testing.T, dir, root string) {
	t.Helper()
	mod := "module example.com/scratch\n\ngo 1.26\n\n" +
		"require github.com/pongcheck/pongcheck v0.0.0\nreplace github.com/pongcheck/pongcheck v0.0.0 => " + root + "\n"
	tools := "package scratch\n\nimport (\n"
	for path, version := range underTest {
		stub := strings.ReplaceAll(path, "/", "_")
		mod += "require " + path + " " + version + "\nreplace " + path + " " + version + " => ./" + stub + "\n"
		tools += "\t_ \"" + path + "\"\n"
		writeFile(t, filepath.Join(dir, stub, "go.mod"), "module "+path+"\n\ngo 1.17\n")
		writeFile(t, filepath.Join(dir, stub, "stub.go"), "package stub\n")
	}
	sums, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "go.mod"), mod)
	writeFile(t, filepath.Join(dir, "go.sum"), string(sums))
	writeFile(t, filepath.Join(dir, "libraries.go"), tools+")\n")
	writeFile(t, filepath.Join(dir, "tracker_test.go"), `package scratch

import (
	"testing"

	"github.com/pongcheck/pongcheck/fuzz"
	"github.com/pongcheck/pongcheck/fuzz/harness"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props"
)

type tracker struct{}

func (tracker) Step(ev *model.Event, out *model.Outcome) {}

func implementation() *model.Implementation {
	return &model.Implementation{Name: "scratch", New: func() model.Subject { return tracker{} }}
}

var _ = harness.Subject

func TestPings(t *testing.T) { props.Check(t, model.RFC(), implementation()) }

func FuzzPings(f *testing.F) { fuzz.Tracker(f, model.RFC(), implementation()) }
`)
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// runGo runs the go command in dir, as if there was no workspace, and returns what it
// prints.
func runGo(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod")
	var problems strings.Builder
	cmd.Stderr = &problems
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %s: %v\n%s%s", strings.Join(args, " "), err, out, problems.String())
	}
	return string(out)
}
