package format

import (
	"archive/zip"
	"fmt"
	"io"
	"iter"
)

// ReadZip reads the inputs in an archive, in its order: FuzzX_seed_corpus.zip of OSS-Fuzz, for
// example. Names in the archive are never used as paths. Errors are as with [ReadFolder].
func ReadZip(r io.ReaderAt, size int64, c Codec) iter.Seq2[File, error] {
	return NewLimits().ReadZip(r, size, c)
}

// ReadZip is [ReadZip] within limits.
func (l *Limits) ReadZip(r io.ReaderAt, size int64, c Codec) iter.Seq2[File, error] {
	return func(yield func(File, error) bool) {
		archive, err := zip.NewReader(r, size)
		if err != nil {
			yield(File{}, fmt.Errorf("read an archive of inputs: %w", err))
			return
		}
		for _, file := range archive.File {
			if file.FileInfo().IsDir() {
				continue
			}
			if err := l.takeFile(); err != nil {
				yield(File{}, fmt.Errorf("read an archive of inputs: %w", err))
				return
			}
			in, err := l.readZipped(file, c)
			if err != nil {
				err = fmt.Errorf("read %.200q as %s: %w", file.Name, c.Name, err)
			}
			if !yield(File{file.Name, in}, err) {
				return
			}
		}
	}
}

func (l *Limits) readZipped(file *zip.File, c Codec) (Input, error) {
	r, err := file.Open()
	if err != nil {
		return Input{}, err
	}
	defer r.Close()
	data, err := l.readAll(r) // whatever size the archive claims
	if err != nil {
		return Input{}, err
	}
	return c.decodeLimited(data)
}

// WriteZip writes an archive for [ReadZip]. It writes equal inputs twice.
func WriteZip(w io.Writer, c Codec, inputs iter.Seq2[Input, error]) (n int, err error) {
	archive := zip.NewWriter(w)
	for in, err := range inputs {
		if err != nil {
			return n, err
		}
		file, err := c.Encode(in)
		if err != nil {
			return n, fmt.Errorf("write input %d as %s: %w", n+1, c.Name, err)
		}
		out, err := archive.Create(c.Base(n, file))
		if err == nil {
			_, err = out.Write(file)
		}
		if err != nil {
			return n, fmt.Errorf("write input %d: %w", n+1, err)
		}
		n++
	}
	return n, archive.Close()
}
