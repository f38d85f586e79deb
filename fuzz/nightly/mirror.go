package nightly

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Files of a module that are larger than this are linked, not copied.
const maxCopied = 1 << 20

// mirror copies a module's folder to another place, where its tests then run: what they
// and the engines write, such as failing inputs in testdata, does not get into the
// sources, and may be left behind by a kill. Hidden folders stay out. Of what is there
// already only the inputs of fuzz targets stay that are not in the sources, if rescued
// is set; the folder skip, which to is in, is not copied into itself.
// An input that is dropped is told.
func mirror(from, to, skip string, rescued bool, tell func(format string, a ...any)) error {
	old := to + ".old"
	if err := setAside(to, old, rescued, tell); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	if err := copyFolder(from, to, skip); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	if err := rescue(old, to, tell); err != nil {
		return fmt.Errorf("mirror %s: %w", from, err)
	}
	return os.RemoveAll(old)
}

// setAside moves a mirror to old, with what an interrupted mirror had set aside.
func setAside(to, old string, rescued bool, tell func(format string, a ...any)) error {
	if !rescued {
		return errors.Join(os.RemoveAll(to), os.RemoveAll(old))
	}
	if _, err := os.Stat(to); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Stat(old); errors.Is(err, fs.ErrNotExist) {
		return os.Rename(to, old)
	}
	return errors.Join(rescue(to, old, tell), os.RemoveAll(to))
}

// rescue moves the inputs of fuzz targets from one mirror to another that has not got them.
// One that was cut off when it was written, by a kill or a full disk, would end each run
// of its target: it is dropped, and told.
func rescue(from, to string, tell func(format string, a ...any)) error {
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || strings.HasPrefix(d.Name(), ".") {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if folder := filepath.Dir(filepath.Dir(rel)); filepath.Base(folder) != "fuzz" || filepath.Base(filepath.Dir(folder)) != "testdata" {
			return nil
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

// copyFolder copies what is in a folder.
func copyFolder(from, to, skip string) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		target := filepath.Join(to, rel)
		switch {
		case d.IsDir() && rel != "." && (d.Name()[0] == '.' || path == skip):
			return filepath.SkipDir
		case d.IsDir():
			return os.MkdirAll(target, 0o777)
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		if !info.Mode().IsRegular() || info.Size() > maxCopied {
			return os.Symlink(path, target)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, data, info.Mode().Perm()|0o200)
	})
}
