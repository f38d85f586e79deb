package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/pongcheck/pongcheck/fuzz/subject"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"pongcheck": main})
}

// Each script of testdata/script is a session with the command. Beside the usual
// commands there are:
//
//	code N pongcheck ...   runs it; the exit code must be N
//	same A B               two outputs are equal but for timings
//	jsonl FILE             every line is one of the schema
//	waitfor FILE           waits until it is there
//	[subject:NAME]         whether the subject is installed; PONGCHECK_REQUIRE
//	                       may say that it must be
//
// They have a cache of their own; $CACHE is the user's, $USERCACHE that of go, and $ROOT
// the folder of the root module. $S3 and $OCI are empty stores in servers of their own.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			cache, err := subject.Cache()
			if err != nil {
				return err
			}
			e.Setenv("CACHE", cache)
			e.Setenv("USERHOME", os.Getenv("HOME"))
			e.Setenv("USERCACHE", goCache(t))
			e.Setenv("S3", startS3(e))
			e.Setenv("OCI", startRegistry(e))
			root, err := filepath.Abs("../..")
			if err != nil {
				return err
			}
			e.Setenv("ROOT", root)
			e.Setenv("PONGCHECK_CACHE", filepath.Join(e.WorkDir, "cache"))
			return nil
		},
		Cmds:      map[string]func(*testscript.TestScript, bool, []string){"code": code, "same": same, "jsonl": jsonl, "waitfor": waitfor},
		Condition: installed,
	})
}

// startS3 starts a server that speaks S3, and returns the URL of a store.
func startS3(e *testscript.Env) string {
	disk := s3mem.New()
	if err := disk.CreateBucket("bucket"); err != nil {
		panic(err) // it is empty
	}
	s := httptest.NewServer(gofakes3.New(disk, gofakes3.WithoutVersioning()).Server())
	e.Defer(s.Close)
	e.Setenv("AWS_ACCESS_KEY_ID", "id")
	e.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	return "s3://bucket/store?region=none&use_path_style=true&endpoint=" + url.QueryEscape(s.URL)
}

// startRegistry starts a registry, and returns the URL of a store.
func startRegistry(e *testscript.Env) string {
	s := httptest.NewServer(registry.New(registry.Logger(log.New(io.Discard, "", 0))))
	e.Defer(s.Close)
	return "oci://" + s.Listener.Addr().String() + "/team/corpus"
}

// goCache is where go keeps what it built.
func goCache(t *testing.T) string {
	out, err := exec.Command("go", "env", "GOCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// timing is the last column of a table, and the fields of JSON.
var timing = regexp.MustCompile(`(?m) [0-9]+\.[0-9]$|"(seconds|cpu_ms)":[0-9.e-]+`)

func same(ts *testscript.TestScript, neg bool, args []string) {
	a, b := ts.ReadFile(args[0]), ts.ReadFile(args[1])
	if a == "" || (timing.ReplaceAllString(a, "") == timing.ReplaceAllString(b, "")) == neg {
		ts.Fatalf("%s and %s: empty, or equal is not %v", args[0], args[1], !neg)
	}
}

func jsonl(ts *testscript.TestScript, _ bool, args []string) {
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var head struct {
			Schema int
			Type   string
		}
		ts.Check(json.Unmarshal([]byte(line), &head))
		if head.Schema != schema {
			ts.Fatalf("schema %d: %s", head.Schema, line)
		}
		if err := fits(head.Type, line); err != nil {
			ts.Fatalf("%v: %s", err, line)
		}
	}
}

// fits reports whether a line has only fields of its type, and those that are
// not optional.
func fits(typ, line string) error {
	fields, ok := jsonTypes[typ]
	if !ok {
		return errors.New("unknown type")
	}
	var got map[string]any
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		return err
	}
	for name, optional := range fields {
		if _, is := got[name]; !is && !optional {
			return errors.New("missing field " + name)
		}
		delete(got, name)
	}
	for name := range got {
		return errors.New("unknown field " + name)
	}
	return nil
}

func waitfor(ts *testscript.TestScript, _ bool, args []string) {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(ts.MkAbs(args[0])); err == nil {
			return
		}
	}
	ts.Fatalf("%s does not come", args[0])
}

func installed(cond string) (bool, error) {
	name, ok := strings.CutPrefix(cond, "subject:")
	if !ok {
		return false, errors.New("unknown condition " + cond)
	}
	e, err := subject.Find(name)
	if err != nil {
		return false, err
	}
	err = e.Missing(context.Background())
	if err != nil && isRequired(name) {
		return false, err
	}
	return err == nil, nil
}
