package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/pongcheck/pongcheck/model"
	"github.com/pongcheck/pongcheck/model/text"
	"github.com/pongcheck/pongcheck/scripts/internal/process"
)

// maxInput bounds a file that is read, in bytes, and so the memory that it takes.
const maxInput = 256 << 20

// displayName returns the name of an input file in messages.
func displayName(name string) string {
	if name == "-" {
		return "standard input"
	}
	return name
}

// openInput opens an input file; "-" is standard input.
func (s *session) openInput(name string) (io.ReadCloser, error) {
	if name == "-" {
		return limitedFile{s.stdin, io.NopCloser(nil), new(int64)}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		f.Close()
		return nil, fmt.Errorf("read %s: it is a directory; name the files in it: %s/*.txt", name, process.QuoteShell(name))
	}
	return limitedFile{f, f, new(int64)}, nil
}

// limitedFile fails after maxInput bytes.
type limitedFile struct {
	io.Reader
	io.Closer
	read *int64 // bytes so far
}

func (b limitedFile) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if *b.read += int64(n); *b.read > maxInput {
		return n, fmt.Errorf("more than %d MiB: cut it into pieces", maxInput>>20)
	}
	return n, err
}

// parseTranscript parses a trace or a transcript. Its errors name file, line and
// column.
func parseTranscript(name string, r io.Reader) (*model.Transcript, error) {
	t, err := text.Parse(r)
	var syntax *text.SyntaxError
	if errors.As(err, &syntax) {
		syntax.File = name
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return t, nil
}
