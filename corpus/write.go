package corpus

import (
	"os"
	"path/filepath"
	"runtime"
)

// WriteFile writes a whole file or nothing. It writes a temporary file beside it, then renames
// that. It creates missing folders.
func WriteFile(name, text string) error { return writeFile(name, text, false) }

// WriteFileSync is [WriteFile] for files that must survive a loss of power.
func WriteFileSync(name, text string) error { return writeFile(name, text, true) }

func writeFile(name, text string, sync bool) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it is renamed
	_, err = f.WriteString(text)
	if err == nil && sync {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err == nil && sync {
		err = syncFolder(filepath.Dir(name))
	}
	return err
}

// syncFolder makes the names in a folder durable. Windows does that by itself, and offers no call
// for it.
func syncFolder(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
