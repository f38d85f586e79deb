package nightly

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// Package is a Go package whose tests have fuzz targets.
type Package struct {
	Path, Dir         string
	Module, ModuleDir string // the module of the package, and its folder

	fuzzed     bool     // its sources declare fuzz targets
	declared   []string // their names
	properties []string // names of its tests that check properties
	harness    bool     // its tests import package fuzz, whose targets can run with package turbo
	env        []string // added to the environment to build it
}

// Target is a fuzz target: a function FuzzName of a package's tests.
type Target struct {
	*Package
	Name string
}

// String is import path, dot, name, as the store writes targets.
func (t Target) String() string { return t.Path + "." + t.Name }

const (
	harnessPath = "github.com/pongcheck/pongcheck/fuzz"
	probePath   = harnessPath + "/turbo/probe"
	ourModule   = "github.com/pongcheck/pongcheck"
)

// Packages returns the packages that match patterns in a folder and whose test files declare fuzz
// targets. A package that cannot be loaded is an error.
func Packages(ctx context.Context, dir string, patterns ...string) ([]*Package, error) {
	all, err := listPackages(ctx, dir, patterns...)
	return slices.DeleteFunc(all, func(p *Package) bool { return !p.fuzzed }), err
}

// listPackages returns the packages that have fuzz targets or tests of properties.
func listPackages(ctx context.Context, dir string, patterns ...string) ([]*Package, error) {
	args := append([]string{"list", "-json=ImportPath,Dir,Module,TestGoFiles,XTestGoFiles,TestImports,XTestImports,Deps", "--"}, patterns...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	out, err := cmd.Output()
	if err != nil {
		var exit *exec.ExitError
		if errors.As(err, &exit) {
			err = errors.New(strings.TrimSpace(string(exit.Stderr)))
		}
		return nil, fmt.Errorf("list the packages %s: %w", strings.Join(patterns, " "), err)
	}
	var all []*Package
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); err == io.EOF {
			return all, nil
		} else if err != nil {
			return nil, fmt.Errorf("read the output of go list: %w", err)
		}
		p, err := l.toPackage()
		if err != nil {
			return nil, err
		}
		if p.fuzzed || len(p.properties) > 0 {
			all = append(all, p)
		}
	}
}

// listed is a package as go list prints it.
type listed struct {
	ImportPath, Dir                 string
	Module                          *struct{ Path, Dir string }
	TestGoFiles, XTestGoFiles       []string
	TestImports, XTestImports, Deps []string
}

func (l *listed) toPackage() (p *Package, err error) {
	p = &Package{Path: l.ImportPath, Dir: l.Dir, Module: l.ImportPath, ModuleDir: l.Dir}
	if l.Module != nil {
		p.Module, p.ModuleDir = l.Module.Path, l.Module.Dir
	}
	tested := slices.Concat(l.TestImports, l.XTestImports)
	p.harness = l.ImportPath == harnessPath || slices.Contains(slices.Concat(tested, l.Deps), harnessPath)
	if p.declared, err = declaredTargets(l.testFiles()); err != nil {
		return nil, err
	}
	p.fuzzed = len(p.declared) > 0
	if slices.Contains(tested, propsPath) {
		p.properties, err = propertyTests(l.testFiles())
	}
	return p, err
}

func (l *listed) testFiles() (names []string) {
	for _, name := range slices.Concat(l.TestGoFiles, l.XTestGoFiles) {
		names = append(names, filepath.Join(l.Dir, name))
	}
	return names
}

// declaredTargets returns the fuzz targets that test files declare.
func declaredTargets(files []string) (names []string, err error) {
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("look for fuzz targets: %w", err)
		}
		for _, d := range file.Decls {
			if f, is := d.(*ast.FuncDecl); is && f.Recv == nil && isTestName("Fuzz", f.Name.Name) {
				names = append(names, f.Name.Name)
			}
		}
	}
	return names, nil
}
