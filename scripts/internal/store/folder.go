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
// folder, not even through symbolic links. Who may read or write the folder may read or write all
// that is in it, whatever the umask of the first writer was.
type Folder struct {
	root *os.Root
	mode fs.FileMode // the permissions of the folder, which all folders in it get
}

// tempFolder has the unfinished files of writers.
const tempFolder = "tmp"

// staleAfter is the age at which OpenFolder deletes the unfinished file of a killed writer.
const staleAfter = time.Hour

// OpenFolder opens the store in a folder, and creates the folder if necessary. It deletes
// unfinished files that are older than an hour: their writers were killed. A store that
// cannot be written can be read.
func OpenFolder(folder string) (*Folder, error) {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return nil, fmt.Errorf("open a store: %w", err)
	}
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("open a store: %w", err)
	}
	info, err := root.Stat(".")
	if err != nil {
		root.Close()
		return nil, fmt.Errorf("open a store: %w", err)
	}
	f := &Folder{root: root, mode: info.Mode() & (fs.ModePerm | fs.ModeSetgid)}
	f.removeStale()
	return f, nil
}

// removeStale deletes stale files of killed writers, as far as that is allowed. It deletes
// nothing else: tmp may be a link into the store, or a folder of somebody else's.
func (f *Folder) removeStale() {
	temp, err := f.openTemp()
	if err != nil {
		return
	}
	defer temp.Close()
	unfinished, _ := fs.ReadDir(temp.FS(), ".")
	for _, file := range unfinished {
		info, err := file.Info()
		if err == nil && info.Mode().IsRegular() && isNonce(file.Name()) && time.Since(info.ModTime()) > staleAfter {
			temp.Remove(file.Name())
		}
	}
}

// openTemp opens the folder tmp, which must be a real one.
func (f *Folder) openTemp() (*os.Root, error) {
	info, err := f.root.Lstat(tempFolder)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, fmt.Errorf("%s is %s: want a folder: remove it", tempFolder, info.Mode())
	}
	temp, err := f.root.OpenRoot(tempFolder)
	if err != nil {
		return nil, err
	}
	if opened, err := temp.Stat("."); err != nil || !os.SameFile(info, opened) { // replaced meanwhile
		temp.Close()
		return nil, fmt.Errorf("%s was replaced while it was opened", tempFolder)
	}
	return temp, nil
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
	for _, folder := range []string{tempFolder, path.Dir(to)} {
		if err := f.makeFolder(folder); err != nil {
			return err
		}
	}
	temp, err := f.openTemp()
	if err != nil {
		return err
	}
	defer temp.Close()
	name := newNonce()
	if err = f.writeTemp(temp, name, data); err == nil {
		err = f.root.Rename(path.Join(tempFolder, name), to)
	}
	if err != nil {
		temp.Remove(name)
		return err
	}
	return f.syncFolder(path.Dir(to))
}

// writeTemp writes a new file in tmp and flushes it to the disk.
func (f *Folder) writeTemp(temp *os.Root, name string, data []byte) error {
	w, err := temp.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = w.Write(data)
	if err == nil {
		err = w.Chmod(f.mode&0o666 | 0o400)
	}
	if err == nil {
		err = w.Sync()
	}
	return errors.Join(err, w.Close())
}

// makeFolder creates a folder and its parents, durably.
func (f *Folder) makeFolder(name string) error {
	if _, err := f.root.Lstat(name); err == nil || name == "." {
		return err
	}
	if err := f.makeFolder(path.Dir(name)); err != nil {
		return err
	}
	err := f.root.Mkdir(name, 0o777)
	if errors.Is(err, fs.ErrExist) {
		return nil // another writer was faster
	}
	if err == nil {
		err = f.root.Chmod(name, f.mode|0o700)
	}
	if err != nil {
		return err
	}
	return f.syncFolder(path.Dir(name))
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
