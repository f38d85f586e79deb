package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/props/result"
)

// Bounds of the input, and so of the memory that it takes.
const (
	maxLine  = 16 << 20
	maxFile  = 256 << 20
	maxItems = 100_000 // of a kind
)

// Read reads the lines in files, and in the files *.jsonl within folders, in the order of
// their names. Of two lines about the same thing the later one counts. Findings of a
// target's night count until its next night. Read skips lines of unknown types, Go modules
// within a folder, such as the sources that a night works on, and irregular files.
//
// A line that cannot be read is an error that begins with its place, file:line. It costs
// no other line: the run is never nil, and says what is missing. Read returns 20 such
// errors of a file, and counts the others.
func Read(names ...string) (*Run, error) {
	r := new(Run)
	var parts []part
	var errs []error
	trouble := func(err error) {
		errs = append(errs, err)
		r.Troubles = append(r.Troubles, err.Error())
	}
	for _, name := range names {
		root := name
		if i, err := os.Stat(name); err == nil && i.IsDir() {
			root += string(filepath.Separator) // it may be a link
		}
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				trouble(err)
				if d != nil && d.IsDir() {
					return fs.SkipDir
				}
			case d.IsDir() && path != root && isModule(path):
				return fs.SkipDir
			case d.IsDir():
			case path == root || strings.HasSuffix(path, result.Ext) && isRegular(path):
				from := r.markCounts()
				r.readFile(path, trouble)
				parts = append(parts, part{from, r.markCounts()})
			}
			return nil
		})
		if err != nil {
			trouble(err)
		}
	}
	r.dropStale(parts)
	r.dropRepeatsAndSort()
	return r, errors.Join(errs...)
}

func isModule(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "go.mod"))
	return err == nil
}

// isRegular is also true for a file that cannot be examined: opening it says why.
func isRegular(path string) bool {
	i, err := os.Stat(path)
	return err != nil || i.Mode().IsRegular()
}

func (r *Run) readFile(path string, trouble func(error)) {
	f, err := os.Open(path)
	if err != nil {
		trouble(err)
		return
	}
	defer f.Close()
	r.readLines(path, f, trouble)
}

// Bounds of the errors of one file.
const (
	maxTroubles = 20
	maxTrouble  = 1000 // characters
)

// readLines reads what is in a file of a name.
func (r *Run) readLines(name string, in io.Reader, trouble func(error)) {
	more := 0
	bad := func(line int, err error) {
		if more++; more <= maxTroubles {
			trouble(errors.New(elide(fmt.Sprintf("%s:%d: %v", name, line, err), maxTrouble)))
		}
	}
	bounded := &io.LimitedReader{R: in, N: maxFile}
	b := bufio.NewReaderSize(bounded, 1<<16)
	for n := 1; ; n++ {
		line, err := readLine(b)
		ended := errors.Is(err, io.EOF)
		switch {
		case err != nil && !ended:
			bad(n, err)
		case len(bytes.TrimSpace(line)) > 0:
			if err := r.addLine(line); err != nil {
				bad(n, err)
			}
		}
		if ended && bounded.N == 0 {
			bad(n, fmt.Errorf("what follows %d MiB was not read", maxFile>>20))
		}
		if err != nil && !errors.Is(err, errLong) {
			break
		}
	}
	if more > maxTroubles {
		trouble(fmt.Errorf("%s: %d more lines could not be read", name, more-maxTroubles))
	}
}

var errLong = fmt.Errorf("a line of more than %d MiB", maxLine>>20)

// readLine reads a line and its end. It reads a line that is too long to its end, too, and
// keeps nothing of it.
func readLine(b *bufio.Reader) (line []byte, err error) {
	long := false
	for {
		part, err := b.ReadSlice('\n')
		if long = long || len(line)+len(part) > maxLine; long {
			line = nil
		} else {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case long && (err == nil || errors.Is(err, io.EOF)):
			return nil, errLong
		default:
			return line, err
		}
	}
}

// addLine takes one line over.
func (r *Run) addLine(line []byte) error {
	var head result.Head
	if err := json.Unmarshal(line, &head); err != nil {
		return fmt.Errorf("not a line of results: %w", err)
	}
	if head.Schema != result.Schema {
		return fmt.Errorf("schema %d: this pongcheck reads schema %d", head.Schema, result.Schema)
	}
	switch head.Type {
	case "run":
		return appendItem(&r.Commands, line, nil)
	case "verdict":
		return appendItem(&r.Subjects, line, nil)
	case "finding":
		return appendItem(&r.Findings, line, checkFinding)
	case "stats":
		return appendItem(&r.Stats, line, nil)
	case "grid":
		return appendItem(&r.Grids, line, checkGrid)
	case "mutant":
		return appendItem(&r.Mutants, line, nil)
	case "target":
		return appendItem(&r.Targets, line, nil)
	case "night":
		return appendItem(&r.Nights, line, nil)
	case "trouble":
		return r.addTrouble(line)
	case "":
		return errors.New("a line without a type")
	}
	return nil
}

// checkFinding rejects values that a report cannot show, and remakes what people paste.
func checkFinding(f *result.Finding) error {
	switch {
	case f.Verdict < model.Informational || f.Class == "":
		return errors.New("a finding without a verdict or a class")
	case f.Certainty != model.Proved && f.Certainty != model.Inferred:
		return fmt.Errorf("a finding whose certainty is %q", f.Certainty)
	case !slices.Contains([]model.Vantage{model.InProcess, model.ByDriver, model.OnWire, model.InLog}, f.Vantage):
		return fmt.Errorf("a finding whose vantage is %q", f.Vantage)
	}
	f.Replay = remakeReplay(f.Replay)
	return nil
}

// addTrouble adds what an earlier report could not read, which is no error of this one.
func (r *Run) addTrouble(line []byte) error {
	var t result.Trouble
	if err := json.Unmarshal(line, &t); err != nil {
		return err
	}
	if len(r.Troubles) >= maxItems {
		return fmt.Errorf("more than %d lines of one type", maxItems)
	}
	r.Troubles = append(r.Troubles, elide(t.Text, maxTrouble))
	return nil
}

func appendItem[T any](items *[]T, line []byte, check func(*T) error) error {
	var item T
	if err := json.Unmarshal(line, &item); err != nil {
		return err
	}
	if check != nil {
		if err := check(&item); err != nil {
			return err
		}
	}
	if len(*items) == maxItems {
		return fmt.Errorf("more than %d lines of one type", maxItems)
	}
	*items = append(*items, item)
	return nil
}
