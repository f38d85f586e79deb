package nightly

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Files of a module that are larger than this are linked, not copied.
const maxCopied = 1 << 20

// mirrorModule copies a module's folder to another place, where its tests then run: what they
// and the engines write, such as failing inputs in testdata, does not get into the
// sources, and may be left behind by a kill. Hidden folders stay out. Of what is there
// already only the inputs of fuzz targets stay that are not in the sources, if rescued
// is set; the folder skip, which to is in, is not copied into itself.
// An input that is dropped is told.
func mirrorModule(from, to, skip string, rescued bool, tell func(format string, a ...any)) error {
	old := to + ".old"
	if err := setAsideMirror(to, old, rescued, tell); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	if err := copyFolder(from, to, skip); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	if err := keepInputs(old, to, tell); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	return os.RemoveAll(old)
}

// setAsideMirror moves a mirror to old, with what an interrupted mirror had set aside.
func setAsideMirror(to, old string, rescued bool, tell func(format string, a ...any)) error {
	if !rescued {
		return errors.Join(os.RemoveAll(to), os.RemoveAll(old))
	}
	if _, err := os.Stat(to); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(old); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(to, old)
	}
	return errors.Join(keepInputs(to, old, tell), os.RemoveAll(to))
}

// keepInputs moves the inputs of fuzz targets from one mirror to another that has not got them.
// One that was cut off when it was written, by a kill or a full disk, would end each run
// of its target: it is dropped, and told.
func keepInputs(from, to string, tell func(format string, a ...any)) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if !isInput(rel) {
			return nil
		}
		if info, err := d.Info(); err != nil || info.ModTime().Equal(sourceTime) {
			return err // it came with sources that have it no more
		}
		target := filepath.Join(to, rel)
		if _, err := os.Lstat(target); err == nil {
			return nil
		}
		file, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if _, err := goFormat.Decode(file); err != nil {
			tell("dropped %s, which is no whole input: %v", path, err)
			return nil
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o777); err != nil {
			return err
		}
		return os.Rename(path, target)
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// sourceTime is the time of inputs that were copied: engines write theirs later.
var sourceTime = time.Unix(0, 0)

// isInput reports whether a file of a module is an input of a fuzz target.
func isInput(rel string) bool { return inputs.MatchString("/" + filepath.ToSlash(rel)) }

var (
	inputs       = regexp.MustCompile(`/testdata/fuzz/[^/]+/[^/]+$`)
	inputFolders = regexp.MustCompile(`/testdata(/fuzz(/[^/]+)?)?$`)
)

// copyFolder copies what is in a folder.
func copyFolder(from, to, skip string) error {
	skipped, _ := os.Stat(skip) // it may have several names
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		if d.IsDir() && skipped != nil {
			if info, err := d.Info(); err == nil && os.SameFile(info, skipped) {
				return filepath.SkipDir
			}
		}
		switch {
		case d.IsDir() && rel != "." && d.Name()[0] == '.':
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o777)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if info.Mode()&fs.ModeSymlink != 0 && inputFolders.MatchString("/"+filepath.ToSlash(rel)) {
			// Engines write there.
			real, err := filepath.EvalSymlinks(path)
			if err == nil && !strings.HasPrefix(path, real+string(filepath.Separator)) {
				return copyFolder(real, target, skip)
			}
		}
		if !info.Mode().IsRegular() || info.Size() > maxCopied {
			return os.Symlink(path, target)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(target, data, info.Mode().Perm()|0o200); err != nil || !isInput(target) {
			return err
		}
		return os.Chtimes(target, sourceTime, sourceTime)
	})
}
