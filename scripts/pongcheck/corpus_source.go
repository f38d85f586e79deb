package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/pongcheck/pongcheck/corpus/format"
)

// findSources returns the sources in a place that corpus import was given.
func findSources(ctx context.Context, from string, a *adding, cache bool, limits *format.Limits) ([]source, error) {
	info, err := os.Stat(from)
	if err != nil {
		return nil, err
	}
	if a.target == "" {
		return findModuleSources(ctx, from, a.as.orDetect(), cache, limits)
	}
	if cache {
		return nil, errors.New("-cache is for a Go module: without -target")
	}
	if info.IsDir() {
		return []source{newFolderSource(a.target, "", from, a.as.orDetect(), limits)}, nil
	}
	files, err := readInputFile(from, a.as.orDetect(), limits)
	if err != nil {
		return nil, err
	}
	return []source{{target: a.target, files: files}}, nil
}

// findModuleSources returns the folders in which go test keeps the inputs of a module: beside an
// error those that it found.
func findModuleSources(ctx context.Context, dir string, c format.Codec, cache bool, limits *format.Limits) ([]source, error) {
	module, err := readModulePath(dir)
	if err != nil {
		return nil, err
	}
	var all []source
	add := func(root, module, place string) error {
		targets, err := format.Targets(os.DirFS(root), module)
		for _, t := range targets {
			all = append(all, newFolderSource(t.Name, place, filepath.Join(root, filepath.FromSlash(t.Folder)), c, limits))
		}
		return err
	}
	unread := add(dir, module, " (testdata/fuzz)")
	if !cache {
		return all, unread
	}
	root, err := findFuzzCache(ctx, dir)
	if err != nil {
		return all, errors.Join(unread, err)
	}
	own := len(all)
	unread = errors.Join(unread, add(root, "", " (Go cache)"))
	kept := all[:own]
	for _, src := range all[own:] {
		if rest, ok := strings.CutPrefix(src.target, module); ok && strings.IndexAny(rest, "/.") == 0 {
			kept = append(kept, src)
		}
	}
	return kept, unread
}

// readModulePath returns the import path of the module in a folder.
func readModulePath(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("%s is no Go module: name the target of the inputs with -target", dir)
	}
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 1 && words[0] == "module" {
			return strings.Trim(words[1], `"`), nil
		}
	}
	return "", fmt.Errorf("%s has no module line", filepath.Join(dir, "go.mod"))
}

// findFuzzCache returns the folder in which go test -fuzz keeps what it finds.
func findFuzzCache(ctx context.Context, dir string) (string, error) {
	out, err := runGo(ctx, dir, "env", "GOCACHE")
	return filepath.Join(strings.TrimSpace(out), "fuzz"), err
}

// runGo runs the go command in a folder and returns its output.
func runGo(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, bytes.TrimSpace(errs.Bytes()))
	}
	return out.String(), nil
}

// readInputFile returns the inputs in a file with many.
func readInputFile(name string, c format.Codec, limits *format.Limits) (iter.Seq2[format.File, error], error) {
	switch filepath.Ext(name) {
	case ".zip":
		return func(yield func(format.File, error) bool) {
			f, size, err := openSized(name)
			if err != nil {
				yield(format.File{}, err)
				return
			}
			defer f.Close()
			limits.ReadZip(f, size, c)(yield)
		}, nil
	case ".hex":
		return readLines(name, limits.ReadHex), nil
	case ".jsonl":
		return readLines(name, limits.ReadJSON), nil
	}
	return nil, errors.New("want a folder, or a file whose name ends in .zip, .hex or .jsonl; add a file with one input by corpus add")
}

func openSized(name string) (*os.File, int64, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}

func readLines(name string, read func(io.Reader) iter.Seq2[format.Input, error]) iter.Seq2[format.File, error] {
	return func(yield func(format.File, error) bool) {
		f, err := os.Open(name)
		if err != nil {
			yield(format.File{}, err)
			return
		}
		defer f.Close()
		for in, err := range read(f) {
			if err != nil {
				err = fmt.Errorf("%s: %w", name, err)
			}
			if !yield(format.File{Name: name, Input: in}, err) {
				return
			}
		}
	}
}
