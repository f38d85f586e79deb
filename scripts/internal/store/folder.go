package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path"
	"strings"
	"time"
)

// Folder is a backend in a folder of a file system. The folder may be a git work tree: names never
// collide and files never change, so git has nothing to merge.
//
// The object KIND/NAME is the file KIND/NA/NAME; NA stands for the first two characters of NAME. A
// file is written in the folder tmp, flushed to the disk, then renamed. No path leads out of the
// folder, not even through symbolic links.
type Folder struct {
	root *os.Root
}

// staleAfter is the age at which OpenFolder deletes the unfinished file of a killed writer.
const staleAfter = time.Hour

// OpenFolder opens the store in a folder, and creates the folder if necessary. It deletes
// unfinished files that are older than an hour: their writers were killed.
func OpenFolder(folder string) (*Folder, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, fmt.Errorf("open a store: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open a store: %w", err)
	}
	f := &Folder{root: root}
	if err := f.removeStale(); err != nil {
		root.Close()
		return nil, fmt.Errorf("open the store in %s: %w", folder, err)
	}
	return f, nil
}

// removeStale creates the folder tmp, and deletes stale files in it.
func (f *Folder) removeStale() error {
	if err := f.root.MkdirAll("tmp", 0o777); err != nil {
		return err
	}
	unfinished, err := fs.ReadDir(f.root.FS(), "tmp")
	if err != nil {
		return err
	}
	for _, file := range unfinished {
		info, err := file.Info()
		if err != nil || time.Since(info.ModTime()) < staleAfter {
			continue // gone, or its writer may still be at work
		}
		if err := f.root.Remove("tmp/" + file.Name()); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Close closes the folder. The backend cannot be used afterwards.
func (f *Folder) Close() error { return f.root.Close() }

// Git prepares the folder for use as a git work tree: git must not convert line endings, and must
// ignore unfinished files. Git commits nothing.
func (f *Folder) Git() error {
	for name, text := range map[string]string{".gitattributes": "* -text\n", ".gitignore": "/tmp/\n"} {
		if err := f.writeFile(name, []byte(text)); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
	}
	return nil
}

// filePath returns the path of an object in the folder.
func filePath(name string) (string, error) {
	if err := CheckName(name); err != nil {
		return "", err
	}
	folder, last := path.Split(name)
	return folder + last[:min(2, len(last))] + "/" + last, nil
}

// Put implements [Backend]. It replaces a file with other bytes: such a file is damaged.
func (f *Folder) Put(ctx context.Context, name string, data []byte) error {
	to, err := filePath(name)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if old, err := f.readFile(to, len(data)); err == nil && bytes.Equal(old, data) {
		return f.syncFolder(path.Dir(to)) // its writer may have been killed before it synced
	}
	if err := f.writeFile(to, data); err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}

// writeFile writes a file in tmp, then renames it. Both the bytes and the name are durable
// afterwards.
func (f *Folder) writeFile(to string, data []byte) error {
	if err := f.makeFolder(path.Dir(to)); err != nil {
		return err
	}
	temp := "tmp/" + newNonce()
	w, err := f.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	if err == nil {
		err = w.Sync()
	}
	if e := w.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = f.root.Rename(temp, to)
	}
	if err != nil {
		f.root.Remove(temp)
		return err
	}
	return f.syncFolder(path.Dir(to))
}

// makeFolder creates a folder and its parents, durably.
func (f *Folder) makeFolder(name string) error {
	if _, err := f.root.Stat(name); err == nil {
		return nil
	}
	if err := f.root.MkdirAll(name, 0o777); err != nil {
		return err
	}
	for name != "." {
		name = path.Dir(name)
		if err := f.syncFolder(name); err != nil {
			return err
		}
	}
	return nil
}

// syncFolder makes the names in a folder durable.
func (f *Folder) syncFolder(folder string) error {
	d, err := f.root.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Get implements [Backend]. It refuses anything but regular files.
func (f *Folder) Get(ctx context.Context, name string, limit int) ([]byte, error) {
	from, err := filePath(name)
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return f.readFile(from, limit)
}

// readFile reads a regular file of at most limit bytes.
func (f *Folder) readFile(name string, limit int) ([]byte, error) {
	info, err := f.root.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("read %s: %w: %s is no regular file", name, ErrCorrupt, info.Mode())
	case info.Size() > int64(limit):
		return nil, tooLargeError(name, limit)
	}
	r, err := f.root.Open(name)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return data, nil
}

// List implements [Backend]. It skips files that no object name leads to.
func (f *Folder) List(ctx context.Context, kind string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		shards, err := f.listNames(kind)
		if err != nil {
			yield("", err)
			return
		}
		for _, shard := range shards {
			names, err := f.listNames(kind + "/" + shard)
			if err != nil {
				yield("", err)
				return
			}
			for _, name := range names {
				if !strings.HasPrefix(name, shard) || CheckName(kind+"/"+name) != nil {
					continue
				}
				if !yield(kind+"/"+name, ctx.Err()) {
					return
				}
			}
		}
	}
}

// listNames returns the names in a folder. There are none if it is gone or no folder.
func (f *Folder) listNames(folder string) ([]string, error) {
	if info, err := f.root.Lstat(folder); err != nil || !info.IsDir() {
		if err == nil || errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, err
	}
	d, err := f.root.Open(folder)
	if err != nil {
		return nil, err
	}
	defer d.Close()
	return d.Readdirnames(-1)
}

// Delete implements [Backend].
func (f *Folder) Delete(ctx context.Context, name string) error {
	at, err := filePath(name)
	if err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := f.root.Remove(at); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}
