package format

import (
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"

	"github.com/pongcheck/pongcheck/corpus"
)

// File is an input and the name of its file.
type File struct {
	Name string
	Input
}

// ReadFolder reads the inputs in a folder, sorted by name. It skips subfolders, hidden files, and
// files whose names no input has. An unreadable file comes with an error, and the others follow.
func ReadFolder(folder fs.FS, c Codec) iter.Seq2[File, error] {
	return NewLimits().ReadFolder(folder, c)
}

// ReadFolder is [ReadFolder] within limits.
func (l *Limits) ReadFolder(folder fs.FS, c Codec) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		files, err := fs.ReadDir(folder, ".")
		if err != nil {
			yield(File{}, fmt.Errorf("read a folder of inputs: %w", err))
			return
		}
		for _, file := range files {
			if !file.Type().IsRegular() || !c.Reads(file.Name()) {
				continue
			}
			if err := l.takeFile(); err != nil {
				yield(File{}, fmt.Errorf("read a folder of inputs: %w", err))
				return
			}
			in, err := l.readFile(folder, file.Name(), c)
			if err != nil {
				err = fmt.Errorf("read %s as %s: %w", file.Name(), c.Name, err)
			}
			if !yield(File{file.Name(), in}, err) {
				return
			}
		}
	}
}

func (l *Limits) readFile(folder fs.FS, name string, c Codec) (Input, error) {
	f, err := folder.Open(name)
	if err != nil {
		return Input{}, err
	}
	defer f.Close()
	data, err := l.readAll(f)
	if err != nil {
		return Input{}, err
	}
	return c.decodeLimited(data)
}

// decodeLimited is Decode with the limit on the size of an input.
func (c Codec) decodeLimited(file []byte) (Input, error) {
	in, err := c.Decode(file)
	if err == nil {
		err = checkSize(len(in.Data))
	}
	if err != nil {
		return Input{}, err
	}
	return in, nil
}

// WriteFolder writes inputs into a folder, under the names that the engine would choose. It
// creates the folder. Equal files become one. n counts the inputs written.
func WriteFolder(folder string, c Codec, inputs iter.Seq2[Input, error]) (n int, err error) {
	for in, err := range inputs {
		if err != nil {
			return n, err
		}
		file, err := c.Encode(in)
		if err != nil {
			return n, fmt.Errorf("write input %d as %s: %w", n+1, c.Name, err)
		}
		if err := corpus.WriteFile(filepath.Join(folder, c.Base(n, file)), string(file)); err != nil {
			return n, fmt.Errorf("write input %d: %w", n+1, err)
		}
		n++
	}
	return n, nil
}
