package subject

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/pongcheck/pongcheck/fuzz/driver"
	"github.com/pongcheck/pongcheck/model"
)

//go:embed python/*.py python/requirements-*.txt
var embedded embed.FS

// pythonFiles are the drivers, their kit, and the requirements of each.
var pythonFiles = subFolder(embedded, "python")

func subFolder(files fs.FS, dir string) fs.FS {
	s, err := fs.Sub(files, dir)
	if err != nil {
		panic(err) // dir is a constant
	}
	return s
}

// pythonSource is a driver in Python. Its packages have a folder of their own, so that versions
// get neither in each other's way nor in the user's.
type pythonSource struct {
	script       string
	requirements []string
}

// websocketsVersions are the pinned versions of python-websockets, newest first: the newest, the
// first with the fix of issue 1566, and the last without.
var websocketsVersions = []string{"17.4", "14.2", "14.1"}

// pythonEntries returns the subjects in Python.
func pythonEntries() []Entry {
	var all []Entry
	for _, variant := range []string{"asyncio", "legacy", "threading"} {
		for _, version := range websocketsVersions {
			all = append(all, websocketsEntry(variant, version))
		}
	}
	return append(all, websocketsEntry("trio", websocketsVersions[0], "requirements-trio.txt"))
}

func websocketsEntry(variant, version string, more ...string) Entry {
	profile := "websockets"
	if variant != "asyncio" {
		profile += "-" + variant
	}
	return Entry{
		Name: "websockets/" + variant, Version: version, Language: "python", Package: "websockets", Profile: profile, Roles: model.BothRoles,
		source: &pythonSource{
			script:       "websockets_" + variant + ".py",
			requirements: append([]string{"requirements-websockets-" + version + ".txt"}, more...),
		},
	}
}

// python is an interpreter: its path, and the tag of the code that it can load, such as
// "cpython-311".
type python struct{ path, tag string }

var interpreters sync.Map // path to python

// findPython finds python3 on the PATH.
func findPython(ctx context.Context) (python, error) {
	path, err := exec.LookPath("python3")
	if err != nil {
		return python{}, err
	}
	if p, ok := interpreters.Load(path); ok {
		return p.(python), nil
	}
	out, err := exec.CommandContext(ctx, path, "-c", "import sys; print(sys.implementation.cache_tag)").Output()
	if err != nil {
		return python{}, fmt.Errorf("%s does not run: %w", path, err)
	}
	p := python{path, strings.TrimSpace(string(out))}
	interpreters.Store(path, p)
	return p, nil
}

// findPackages returns the interpreter, and the folder that e's packages are in once they are
// installed. The name of the folder tells the interpreter and the requirements.
func (s *pythonSource) findPackages(ctx context.Context, e *Entry) (p python, packages string, err error) {
	p, err = findPython(ctx)
	if errors.Is(err, exec.ErrNotFound) {
		return p, "", &Missing{e.String(), "python3 is not on the PATH",
			"apt-get install python3 python3-pip, or see https://www.python.org/downloads/", err}
	}
	if err != nil {
		return p, "", err
	}
	cache, err := Cache()
	if err != nil {
		return p, "", err
	}
	hash, err := fingerprint(pythonFiles, s.requirements)
	if err != nil {
		return p, "", err
	}
	implementation, variant, _ := strings.Cut(e.Name, "/")
	if len(s.requirements) == 1 {
		variant = "" // the requirements that all variants share
	} else {
		variant = "-" + variant
	}
	return p, filepath.Join(cache, p.tag, implementation+"-"+e.Version+variant+"-"+hash), nil
}

func (s *pythonSource) missing(ctx context.Context, e *Entry) error {
	_, packages, err := s.findPackages(ctx, e)
	if err != nil || isPresent(packages) {
		return err
	}
	return &Missing{Subject: e.String(), What: "not installed (there is no " + packages + ")",
		Do: "run: pongcheck subjects install " + e.String()}
}

func (s *pythonSource) install(ctx context.Context, e *Entry, log io.Writer) error {
	p, packages, err := s.findPackages(ctx, e)
	if err != nil || isPresent(packages) {
		return err
	}
	fmt.Fprintf(log, "pongcheck: installing %s from PyPI into %s\n", e, packages)
	return placeFolder(packages, func(tmp string) error { return s.runPip(ctx, e, p, tmp) })
}

// runPip installs into dir exactly the files whose hashes the requirements list.
func (s *pythonSource) runPip(ctx context.Context, e *Entry, p python, dir string) error {
	if out, err := exec.CommandContext(ctx, p.path, "-m", "pip", "--version").CombinedOutput(); err != nil {
		return &Missing{e.String(), p.path + " has no pip: " + lastLine(out), "apt-get install python3-pip, or run: python3 -m ensurepip", err}
	}
	sources, err := s.extractSources()
	if err != nil {
		return err
	}
	args := []string{"-m", "pip", "install", "--target", dir, "--no-deps", "--require-hashes", "--only-binary", ":all:",
		"--no-input", "--quiet", "--disable-pip-version-check"}
	for _, r := range s.requirements {
		args = append(args, "-r", filepath.Join(sources, r))
	}
	out, err := exec.CommandContext(ctx, p.path, args...).CombinedOutput()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return fmt.Errorf("installing %s: pip: %w: %s\nrun it by hand to see why: %s %s", e, err, lastLine(out), p.path, strings.Join(args, " "))
	}
	return nil
}

// extractSources writes the drivers into the cache, and returns their folder.
func (*pythonSource) extractSources() (string, error) {
	cache, err := Cache()
	if err != nil {
		return "", err
	}
	return extractFiles(pythonFiles, filepath.Join(cache, "python"))
}

func (s *pythonSource) open(ctx context.Context, e *Entry) (*model.Implementation, func() error, error) {
	p, packages, err := s.findPackages(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	sources, err := s.extractSources()
	if err != nil {
		return nil, nil, err
	}
	env := []string{"PYTHONPATH=" + packages, "PYTHONNOUSERSITE=1", "PYTHONHASHSEED=0"} // the same trace, the same answer
	d, err := driver.Open(ctx, driver.Options{Env: env}, p.path, filepath.Join(sources, s.script))
	if err != nil {
		return nil, nil, err
	}
	impl := d.Implementation()
	if impl.Name != e.Name || impl.Version != e.Version {
		d.Close()
		return nil, nil, fmt.Errorf("asked for %s, but python imported %s@%s: delete %s", e, impl.Name, impl.Version, packages)
	}
	if impl.Profile == "" {
		impl.Profile = e.Profile
	}
	return impl, d.Close, nil
}

func lastLine(out []byte) string {
	out = bytes.TrimSpace(out)
	return string(out[bytes.LastIndexByte(out, '\n')+1:])
}
