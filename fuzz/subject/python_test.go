package subject

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

// scratch gives the test an empty cache and a PATH on which python3 is the
// given shell script; none, if that is empty.
func scratch(t *testing.T, script string) Entry {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the fake python3 is a shell script")
	}
	bin := t.TempDir()
	t.Setenv("PONGCHECK_CACHE", t.TempDir())
	t.Setenv("PATH", bin)
	if script != "" {
		if err := os.WriteFile(filepath.Join(bin, "python3"), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	e, err := Find("websockets/asyncio@14.1")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// fakePython says that it is an interpreter; its pip installs one file; it greets as
// websockets 14.1 when it is given a driver.
const fakePython = `
case "$*" in
-c*) echo cpython-0 ;;
"-m pip --version") echo pip ;;
*"pip install"*--require-hashes*requirements-websockets-14.1.txt) echo "$@" >"$5/arguments" ;;
*websockets_asyncio.py) echo "pongcheck-driver 1
subject websockets/asyncio ${FAKE_VERSION:-14.1}
can clock=virtual
sees frames
ready"; read line ;;
*) exit 9 ;;
esac
`

func TestInstall(t *testing.T) {
	e := scratch(t, fakePython)
	err := e.Missing(t.Context())
	var missing *Missing
	if !errors.As(err, &missing) || missing.Do != "run: pongcheck subjects install websockets/asyncio@14.1" {
		t.Fatalf("got %v", err)
	}
	if _, _, err := e.Open(t.Context(), InstallNever, io.Discard); !errors.As(err, &missing) {
		t.Errorf("never: got %v", err)
	}
	var log bytes.Buffer
	if err := e.Install(t.Context(), &log); err != nil {
		t.Fatal(err)
	}
	impl, closer, err := e.source.open(t.Context(), &e) // without the self-test: this driver only greets
	if err != nil {
		t.Fatal(err)
	}
	if impl.Version != "14.1" || impl.Profile != "websockets" {
		t.Errorf("got %+v", impl)
	}
	if err := closer(); err != nil {
		t.Error(err)
	}
	if got := log.String(); strings.Count(got, "\n") != 1 || !strings.HasPrefix(got, "pongcheck: installing websockets/asyncio@14.1 from PyPI into ") {
		t.Errorf("log: %s", got)
	}
	log.Reset()
	if err := e.Install(t.Context(), &log); err != nil || log.Len() > 0 {
		t.Errorf("installed again: %s %v", &log, err)
	}
	if err := e.Missing(t.Context()); err != nil {
		t.Error(err)
	}
	legacy, err := Find("websockets/legacy@14.1")
	if err != nil || legacy.Missing(t.Context()) != nil {
		t.Errorf("variants do not share their packages: %v", legacy.Missing(t.Context()))
	}
}

func TestOtherVersionIsRefused(t *testing.T) {
	e := scratch(t, fakePython)
	t.Setenv("FAKE_VERSION", "15.0")
	_, _, err := e.Open(t.Context(), InstallAuto, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "asked for websockets/asyncio@14.1, but python imported websockets/asyncio@15.0") {
		t.Errorf("got %v", err)
	}
}

func TestWhatIsMissingIsNamed(t *testing.T) {
	for _, tt := range []struct{ name, python, want string }{
		{"python", "", "python3 is not on the PATH; apt-get install python3 python3-pip"},
		{"pip", "[ $1 = -c ] && echo tag && exit; echo No module named pip >&2; exit 1", "has no pip: No module named pip; apt-get install python3-pip"},
		{"package", `case "$*" in -c*|*version) echo tag ;; *) echo no such hash >&2; exit 1 ;; esac`, "pip: exit status 1: no such hash\nrun it by hand"},
		{"interpreter", "exit 3", "does not run: exit status 3"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := scratch(t, tt.python)
			_, _, err := e.Open(t.Context(), InstallAuto, io.Discard)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v\nwant %s", err, tt.want)
			}
			cache, _ := Cache()
			filepath.WalkDir(cache, func(path string, d os.DirEntry, _ error) error {
				if d.IsDir() && (strings.HasPrefix(d.Name(), ".new-") || strings.HasPrefix(d.Name(), "websockets-14.1")) {
					t.Errorf("left behind: %s", path)
				}
				return nil
			})
		})
	}
}

// incident is python-websockets issue 1566.
const incident = `pongcheck-trace 1
ping 0d900f00
cancel 1
pong $1[:3]
pong $1
settle
`

// crashes gives every crash of a subject on a trace.
func crashes(t *testing.T, name, trace string) (found []string) {
	t.Helper()
	impl := require(t, name)
	tr, err := text.ParseString(trace)
	if err != nil {
		t.Fatal(err)
	}
	for got, err := range impl.Run(t.Context(), slices.Values([]*model.Trace{tr.Trace()})) {
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s\n%s", name, got)
		if !got.Ended {
			t.Error("the transcript breaks off")
		}
		for i := range got.Steps {
			if c := got.Steps[i].Outcome.Crash; c.Class != "" {
				found = append(found, c.Class)
			}
		}
	}
	return found
}

func TestIncident(t *testing.T) {
	for _, tt := range []struct {
		name string
		want []string
	}{
		{"websockets/asyncio@14.1", []string{"InvalidStateError"}},
		{"websockets/asyncio@14.2", nil},
		{"websockets/asyncio", nil},
		{"websockets/legacy@14.1", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := crashes(t, tt.name, incident); !slices.Equal(got, tt.want) {
				t.Errorf("it let %q escape, want %q", got, tt.want)
			}
		})
	}
}
