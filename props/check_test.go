package props

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/internal/propstest"
)

// fake is a testing.TB that only takes down what it is told.
type fake struct {
	testing.TB
	name         string
	artifacts    string
	ctx          context.Context
	errors, logs []string
	fatal        string
	deadline     time.Time
}

func (f *fake) Helper()                  {}
func (f *fake) Name() string             { return f.name }
func (f *fake) ArtifactDir() string      { return f.artifacts }
func (f *fake) Context() context.Context { return f.ctx }
func (f *fake) Logf(format string, args ...any) {
	f.logs = append(f.logs, fmt.Sprintf(format, args...))
}
func (f *fake) Errorf(format string, args ...any) {
	f.errors = append(f.errors, fmt.Sprintf(format, args...))
}
func (f *fake) Fatalf(format string, args ...any) { f.fatal = fmt.Sprintf(format, args...); panic(f) }
func (f *fake) Deadline() (time.Time, bool)       { return f.deadline, !f.deadline.IsZero() }

// checked runs Check as a test of that name would.
func checked(f *fake, impl *model.Implementation, options ...func(*Options)) (same *fake) {
	same = f
	if f.ctx == nil {
		f.ctx = context.Background()
	}
	defer func() {
		if v := recover(); v != nil && v != any(f) {
			panic(v)
		}
	}()
	Check(f, propstest.FindProfile("websockets"), impl, options...)
	return f
}

func TestCheckReportsAndStores(t *testing.T) {
	t.Chdir(t.TempDir())
	f := checked(&fake{name: "TestPings/v1"}, propstest.Broken(propstest.Crashes))
	if len(f.errors) != 1 {
		t.Fatalf("errors: %q", f.errors)
	}
	for _, want := range []string{
		"FAILED crash propstest.invalidStateError (contract), proved, seen in process\n", "rule: ", "subject: mutant 1, profile websockets\n",
		"\n    ping 61\n    cancel 1\n    pong $1\n", "replay: go test -run '^TestPings$/^v1$'",
		"testdata/pongcheck/TestPings_v1/crash_propstest.invalidStateError.txt",
	} {
		if !strings.Contains(f.errors[0], want) {
			t.Errorf("the report does not have %q:\n%s", want, f.errors[0])
		}
	}
	text, err := os.ReadFile("testdata/pongcheck/TestPings_v1/crash_propstest.invalidStateError.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), "# FAILED crash") || !strings.HasSuffix(string(text), "\nping 61\ncancel 1\npong $1\n") {
		t.Errorf("stored:\n%s", text)
	}

	// It runs first from now on.
	only := func(o *Options) { o.N, o.NoCorpus = -1, true }
	if f := checked(&fake{name: "TestPings/v1"}, propstest.Broken(propstest.Crashes), only); len(f.errors) != 1 || !strings.Contains(f.errors[0], "shown by (trace testdata") {
		t.Errorf("errors: %q", f.errors)
	}
	if f := checked(&fake{name: "TestPings/v1"}, propstest.Broken(func(*propstest.Mutant, *model.Event, *model.Outcome) {}), only); len(f.errors) != 0 || f.fatal != "" {
		t.Errorf("a bug that is gone: %q, %s", f.errors, f.fatal)
	}
}

func TestCheckWithoutFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	f := checked(&fake{name: "Test"}, propstest.Broken(propstest.Mute), func(o *Options) { o.NoFiles = true })
	if len(f.errors) != 1 || strings.Contains(f.errors[0], "replay") {
		t.Errorf("errors: %q", f.errors)
	}
	if files, _ := filepath.Glob("*"); len(files) > 0 {
		t.Errorf("left %v", files)
	}
}

func TestCheckThatRanNothingFails(t *testing.T) {
	t.Chdir(t.TempDir())
	if f := checked(&fake{name: "Test"}, propstest.Broken(propstest.Mute), func(o *Options) { o.N, o.NoCorpus = -1, true }); !strings.Contains(f.fatal, "no trace") {
		t.Errorf("got %q", f.fatal)
	}
}

func TestCheckMindsTheDeadline(t *testing.T) {
	t.Chdir(t.TempDir())
	f := checked(&fake{name: "Test", deadline: time.Now()}, propstest.Broken(propstest.Mute))
	if len(f.errors) != 0 || f.fatal != "" && !strings.Contains(f.fatal, "no trace") {
		t.Errorf("got %q, %s", f.errors, f.fatal)
	}
}

func TestCheckNamesTheFileThatIsBroken(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := corpus.WriteFile("testdata/pongcheck/Test/bad.txt", "no trace\n"); err != nil {
		t.Fatal(err)
	}
	f := checked(&fake{name: "Test"}, propstest.Broken(propstest.Mute))
	if !strings.Contains(f.fatal, "testdata/pongcheck/Test") || !strings.Contains(f.fatal, "bad") || !strings.Contains(f.fatal, "1:1") {
		t.Errorf("got %q", f.fatal)
	}
}

func TestAFailureThatCannotBeStoredIsReported(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("testdata", nil, 0o666); err != nil {
		t.Fatal(err)
	}
	f := &Finding{Breach: new(model.Finding), Implementation: propstest.Broken(propstest.Mute), Shrunk: &model.Trace{}}
	if line := (store{"Test"}).saveFailure(f); !strings.Contains(line, "not stored") {
		t.Errorf("got %q", line)
	}
}

// Fresh seeds are for nights: they come from outside, and an option stands over them.
func TestTheEnvironmentGivesASeed(t *testing.T) {
	t.Chdir(t.TempDir())
	random := func(o *Options) { o.NoCorpus, o.NoFiles = true, true }
	fixed := func(o *Options) { random(o); o.Seed = 5 }
	for _, c := range []struct {
		env     string
		options func(*Options)
		want    string
	}{
		{"7", random, " of seed 7;"},
		{"7", fixed, " of seed 5;"},
		{"", random, " of seed 0;"},
	} {
		t.Setenv("PONGCHECK_SEED", c.env)
		f := checked(&fake{name: "TestPings"}, propstest.Broken(propstest.Crashes), c.options)
		if all := strings.Join(f.errors, "\n"); !strings.Contains(all, c.want) {
			t.Errorf("PONGCHECK_SEED=%s: no %q in %s", c.env, c.want, all)
		}
	}
	t.Setenv("PONGCHECK_SEED", "new")
	if f := checked(&fake{name: "TestPings"}, propstest.Broken(propstest.Crashes), random); !strings.Contains(f.fatal, `PONGCHECK_SEED="new" is no seed`) {
		t.Errorf("of a seed that is none it says %q", f.fatal)
	}
}
