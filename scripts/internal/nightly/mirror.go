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

// maxCopied is the size above which a file is linked, not copied.
const maxCopied = 1 << 20

// mirrorModule copies the folder of a module to another place, where its tests then run. What they
// and the engines write, such as failing inputs in testdata, does not get into the sources. It
// does not copy hidden folders, nor the folder skip, which may contain the copy.
//
// It replaces an earlier copy. If rescued is set, it keeps inputs of fuzz targets that engines
// wrote there, and logs those that it cannot keep.
func mirrorModule(from, to, skip string, rescued bool, log func(format string, a ...any)) error {
	old := to + ".old"
	if err := setAsideMirror(to, old, rescued, log); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	if err := copyFolder(from, to, skip); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	if err := keepInputs(old, to, log); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	return os.RemoveAll(old)
}

// setAsideMirror moves a mirror to old. If an interrupted call left something there, it adds the
// inputs of the mirror to that.
func setAsideMirror(to, old string, rescued bool, log func(format string, a ...any)) error {
	if !rescued {
		return errors.Join(os.RemoveAll(to), os.RemoveAll(old))
	}
	if _, err := os.Stat(to); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(old); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(to, old)
	}
	return errors.Join(keepInputs(to, old, log), os.RemoveAll(to))
}

// keepInputs moves inputs of fuzz targets from one mirror to another that does not have them. A
// file that a kill or a full disk cut off would end each run of its target: keepInputs logs and
// drops it.
func keepInputs(from, to string, log func(format string, a ...any)) error {
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
			return err // it was copied from sources that no longer have it
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
			log("dropped %s, which is no whole input: %v", path, err)
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

// sourceTime is the modification time of inputs that were copied from the sources.
var sourceTime = time.Unix(0, 0)

// isInput reports whether a path within a module is that of an input of a fuzz target.
func isInput(rel string) bool { return inputs.MatchString("/" + filepath.ToSlash(rel)) }

var (
	inputs       = regexp.MustCompile(`/testdata/fuzz/[^/]+/[^/]+$`)
	inputFolders = regexp.MustCompile(`/testdata(/fuzz(/[^/]+)?)?$`)
)

// copyFolder copies a folder but for hidden folders and skip.
func copyFolder(from, to, skip string) error {
	skipped, _ := os.Stat(skip) // compared as a file, since it may have several names
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
			// Engines write there: copy it, so that they do not write through the link.
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
