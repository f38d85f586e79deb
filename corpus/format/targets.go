package format

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// Target is a fuzz target that go test keeps inputs for.
type Target struct {
	Name   string // import path, dot, name: example.com/m/pkg.FuzzX
	Folder string // of the inputs, relative to the searched folder
}

// maxFolders is how many folders Targets visits at most.
const maxFolders = 1 << 18

// Targets finds the folders in which go test keeps inputs, sorted by target. If module is an
// import path, those are the folders FuzzX in testdata/fuzz of that module. If module is empty,
// root is the fuzz folder of the Go cache (go env GOCACHE), where the path of a folder is that of
// the package. Targets skips hidden folders. A folder that cannot be read is an error beside the
// targets in the others.
func Targets(root fs.FS, module string) ([]Target, error) {
	var found []Target
	var unread []error
	folders := 0
	err := fs.WalkDir(root, ".", func(at string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			unread = append(unread, err)
			return fs.SkipDir
		}
		if !d.IsDir() {
			return nil
		}
		if folders++; folders > maxFolders {
			return fmt.Errorf("%w: more than %d folders", ErrTooLarge, maxFolders)
		}
		base := path.Base(at)
		if at != "." && strings.HasPrefix(base, ".") {
			return fs.SkipDir
		}
		if !strings.HasPrefix(base, "Fuzz") {
			return nil
		}
		if pkg, ok := packageOf(path.Dir(at), module); ok {
			found = append(found, Target{pkg + "." + base, at})
			return fs.SkipDir
		}
		return nil
	})
	if err = errors.Join(append(unread, err)...); err != nil {
		err = fmt.Errorf("look for inputs of go test: %w", err)
	}
	slices.SortFunc(found, func(a, b Target) int { return strings.Compare(a.Name, b.Name) })
	return found, err
}

// packageOf returns the import path of the package whose inputs are below a folder.
func packageOf(folder, module string) (string, bool) {
	if module == "" {
		return folder, folder != "."
	}
	pkg, ok := strings.CutSuffix("/"+folder, "/testdata/fuzz")
	return module + pkg, ok
}
