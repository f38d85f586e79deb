package corpus

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
)

//go:embed seeds/*.txt
var files embed.FS

// Entry is one trace of the corpus.
type Entry struct {
	Name   string // of the file, without .txt
	Story  string // what happened, in a sentence or two
	Source string // project, reference, versions
	Trace  *model.Trace
}

// FS returns the files of the seeds.
func FS() fs.FS {
	sub, err := fs.Sub(files, "seeds")
	if err != nil {
		panic(err) // a constant of this package
	}
	return sub
}

// Seeds returns the published seeds, sorted by name.
func Seeds() ([]Entry, error) { return Load(FS()) }

// Load reads every file of a folder that ends in .txt, sorted by name. A file that is not in the
// text form is an error that names the file and the line.
func Load(folder fs.FS) ([]Entry, error) {
	names, err := fs.Glob(folder, "*.txt")
	if err != nil {
		return nil, fmt.Errorf("list the traces of a folder: %w", err)
	}
	entries := make([]Entry, 0, len(names))
	for _, name := range names {
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, fmt.Errorf("read a trace: %w", err)
		}
		e, err := Read(strings.TrimSuffix(path.Base(name), ".txt"), string(text))
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// Read reads the text of one file. It drops outcomes: an entry is a trace.
func Read(name, content string) (Entry, error) {
	t, err := text.ParseString(content)
	if err != nil {
		return Entry{}, fmt.Errorf("read trace %s: %w", name, err)
	}
	e := Entry{Name: name, Trace: t.Trace()}
	e.Story, e.Source = splitComment(content)
	return e, nil
}

// splitComment splits the comment at the top of a file into story and source.
func splitComment(text string) (story, source string) {
	var lines []string
	for line := range strings.Lines(text) {
		line, is := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !is {
			break
		}
		line = strings.TrimSpace(line)
		if s, is := strings.CutPrefix(line, "Source:"); is {
			source = strings.TrimSpace(s)
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, " "), source
}

// Text returns the file of the entry: its comment, then its trace in canonical form.
func (e *Entry) Text() string {
	var b strings.Builder
	if e.Story != "" {
		b.WriteString("# " + strings.ReplaceAll(e.Story, "\n", "\n# ") + "\n")
	}
	if e.Source != "" {
		b.WriteString("# Source: " + e.Source + "\n")
	}
	b.WriteString(e.Trace.String())
	return b.String()
}
