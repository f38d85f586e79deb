package turbo

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"

	"github.com/pongcheck/pongcheck/corpus"
)

// folder keeps what outlives the process of a run. The zero folder keeps nothing.
type folder struct {
	path    string          // empty: keep nothing
	current *current        // the file of the running input
	entries [][]byte        // of earlier runs, sorted by hash
	died    [][]byte        // inputs at which earlier runs died
	dead    map[string]bool // the same inputs
}

// openFolder reads what earlier runs left. Files are named by the SHA-256 of their bytes, so no
// file is ever rewritten.
func openFolder(path string, maxLen int) (*folder, error) {
	d := &folder{path: path, dead: map[string]bool{}}
	if path == "" {
		return d, nil
	}
	name := filepath.Join(path, currentName)
	_, in, err := readCurrent(name)
	if err == nil && in != nil {
		err = d.writeInput("died", in)
	}
	if err == nil {
		d.entries, err = readAll(filepath.Join(path, "entries"))
	}
	if err == nil {
		d.died, err = readAll(filepath.Join(path, "died"))
	}
	for _, in := range d.died {
		d.dead[string(in)] = true
	}
	if err == nil {
		d.current, err = createCurrent(name, maxLen)
	}
	if err != nil {
		return nil, fmt.Errorf("open the folder of a turbo run: %w", err)
	}
	return d, nil
}

// closeRun ends a run that ended by itself. It returns err, or else its own error.
func (d *folder) closeRun(err error) error {
	if e := d.current.removeFile(); err == nil && e != nil {
		err = fmt.Errorf("close the folder of a turbo run: %w", e)
	}
	return err
}

func (d *folder) isDead(in []byte) bool { return len(d.dead) > 0 && d.dead[string(in)] }

// writeInput writes a whole file or nothing.
func (d *folder) writeInput(kind string, in []byte) error {
	if d.path == "" {
		return nil
	}
	sum := sha256.Sum256(in)
	if err := corpus.WriteFile(filepath.Join(d.path, kind, hex.EncodeToString(sum[:])), string(in)); err != nil {
		return fmt.Errorf("keep an input: %w", err)
	}
	return nil
}

// readAll reads the inputs of a folder, which need not exist.
func readAll(path string) ([][]byte, error) {
	files, err := os.ReadDir(path)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for _, f := range files {
		if _, err := hex.DecodeString(f.Name()); err != nil || !f.Type().IsRegular() {
			continue // a temporary file that a death left
		}
		in, err := os.ReadFile(filepath.Join(path, f.Name()))
		if err != nil {
			return nil, err
		}
		all = append(all, in)
	}
	return all, nil
}
