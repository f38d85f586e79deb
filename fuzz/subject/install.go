package subject

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Policy says whether a subject's needs may be installed.
type Policy int

// The policies. Installing writes to the folder of [Cache] only.
const (
	InstallNever Policy = iota // use what is there
	InstallAuto                // install what is missing, and say so
)

// ParsePolicy reads the value of a flag: never or auto.
func ParsePolicy(s string) (Policy, error) {
	switch s {
	case "never":
		return InstallNever, nil
	case "auto":
		return InstallAuto, nil
	}
	return 0, fmt.Errorf("install policy %q: want auto or never", s)
}

// Missing is the error of a subject that cannot be opened without installing something.
type Missing struct {
	Subject string // name@version
	What    string // what is missing, in words
	Do      string // what to do about it
	Err     error  // the cause; may be nil
}

// Error returns one sentence with what to do.
func (m *Missing) Error() string { return m.Subject + ": " + m.What + "; " + m.Do }

// Unwrap returns the cause.
func (m *Missing) Unwrap() error { return m.Err }

// Cache returns the folder that subjects are installed in: PONGCHECK_CACHE, or "pongcheck" in the
// user's cache folder. It is always safe to delete.
func Cache() (string, error) {
	if dir := os.Getenv("PONGCHECK_CACHE"); dir != "" {
		return filepath.Abs(dir)
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder: %w; set PONGCHECK_CACHE to one", err)
	}
	return filepath.Join(dir, "pongcheck"), nil
}

// isPresent reports whether the folder is there. [placeFolder] makes folders whole, so one that is
// there is complete.
func isPresent(dir string) bool {
	info, err := os.Stat(dir)
	return err == nil && info.IsDir()
}

// placeFolder makes a folder that is complete or not there at all. fill fills a temporary folder
// beside it, which is then renamed. If several processes do that at once, the first to end wins
// and the others use its folder.
func placeFolder(dir string, fill func(tmp string) error) error {
	if isPresent(dir) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(filepath.Dir(dir), ".new-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := fill(tmp); err != nil {
		return err
	}
	if err := os.Rename(tmp, dir); err != nil && !isPresent(dir) {
		return err
	}
	return nil
}

// fingerprint returns 16 hex digits that name the content of files and the strings in more.
func fingerprint(files fs.FS, names []string, more ...string) (string, error) {
	h := sha256.New()
	for _, name := range slices.Sorted(slices.Values(names)) {
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n%s", name, len(b), b)
	}
	for _, s := range more {
		fmt.Fprintf(h, "%q\n", s)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// extractFiles writes files, none of them in subfolders, to a folder below parent that is named by
// their content. It returns that folder.
func extractFiles(files fs.FS, parent string) (string, error) {
	names, err := fs.Glob(files, "*")
	if err != nil {
		return "", err
	}
	hash, err := fingerprint(files, names)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(parent, hash)
	return dir, placeFolder(dir, func(tmp string) error { return os.CopyFS(tmp, files) })
}
