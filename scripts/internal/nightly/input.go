package nightly

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/corpus"
	"github.com/pongcheck/pongcheck/corpus/format"
)

// goFormat reads and writes inputs as go test does.
var goFormat = func() format.Codec {
	c, err := format.Find("go")
	if err != nil {
		panic(err)
	}
	return c
}()

// encodeInput returns the file of an input for go test.
func encodeInput(in format.Input) ([]byte, error) { return goFormat.Encode(in) }

// inputName returns the name that Go's engine gives the file of an input.
func inputName(file []byte) string {
	sum := sha256.Sum256(file)
	return fmt.Sprintf("%x", sum[:8])
}

// readInputs reads the files in a folder of inputs, which may be missing, by name.
func readInputs(folder string) (map[string][]byte, error) {
	files, err := os.ReadDir(folder)
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	all := map[string][]byte{}
	for _, f := range files {
		if !f.Type().IsRegular() || strings.HasPrefix(f.Name(), ".") {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, f.Name()))
		if os.IsNotExist(err) {
			continue // another slice of the target has just collected it
		}
		if err != nil {
			return nil, err
		}
		all[f.Name()] = data
	}
	return all, nil
}

// writeInput writes an input's file into a folder, unless it is there.
func writeInput(folder string, file []byte) error {
	return writeInputAs(filepath.Join(folder, inputName(file)), file)
}

// writeInputAs writes a file whose name follows from its content, unless it is there.
func writeInputAs(name string, file []byte) error {
	if _, err := os.Stat(name); err == nil {
		return nil
	}
	return corpus.WriteFile(name, string(file))
}

// args are the arguments in the file of an input, one a line.
type args struct {
	head  string
	lines []argument
}

// argument is one of these lines.
type argument struct {
	line string
	kind string // the type, []byte or string; empty: one that is not shrunk
	text []byte
}

func parseArgs(file []byte) args {
	head, rest, _ := bytes.Cut(file, []byte("\n"))
	a := args{head: string(head)}
	for line := range strings.Lines(string(rest)) {
		arg := argument{line: strings.TrimRight(line, "\r\n")}
		for _, kind := range []string{"[]byte", "string"} {
			quoted, ok := strings.CutPrefix(arg.line, kind+"(")
			quoted, closed := strings.CutSuffix(quoted, ")")
			if text, err := strconv.Unquote(quoted); ok && closed && err == nil {
				arg.kind, arg.text = kind, []byte(text)
			}
		}
		a.lines = append(a.lines, arg)
	}
	return a
}

// withText returns the file with another text in argument i.
func (a args) withText(i int, text []byte) []byte {
	b := append([]byte(a.head), '\n')
	for j, arg := range a.lines {
		switch {
		case arg.kind == "":
			b = append(b, arg.line...)
		case j == i:
			b = fmt.Appendf(b, "%s(%q)", arg.kind, text)
		default:
			b = fmt.Appendf(b, "%s(%q)", arg.kind, arg.text)
		}
		b = append(b, '\n')
	}
	return b
}
