package format

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/pongcheck/pongcheck/model/text"
)

// readAll reads a file with one input, up to maxFile bytes.
func (l *Limits) readAll(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	l.takeBytes(len(data))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%w: more than %d bytes", ErrTooLarge, maxFile)
	}
	return data, err
}

// ReadHex reads one input a line, in hex digits of either case. An empty line is an empty input. A
// bad line comes with an error, and the others follow. A line that is too long ends the sequence.
func ReadHex(r io.Reader) iter.Seq2[Input, error] { return NewLimits().ReadHex(r) }

// ReadHex is [ReadHex] within limits.
func (l *Limits) ReadHex(r io.Reader) iter.Seq2[Input, error] {
	return l.readLines(r, func(line []byte) (Input, error) {
		data := make([]byte, hex.DecodedLen(len(line)))
		if _, err := hex.Decode(data, line); err != nil {
			return Input{}, fmt.Errorf("%.80q: %w", line, err)
		}
		return Input{Form: Raw, Data: data}, nil
	})
}

// WriteHex writes lines for [ReadHex].
func WriteHex(w io.Writer, inputs iter.Seq2[Input, error]) (n int, err error) {
	return writeLines(w, inputs, func(in Input) ([]byte, error) {
		data, err := in.rawBytes()
		return hex.AppendEncode(nil, data), err
	})
}

// jsonInput is one line of JSON.
type jsonInput struct {
	Form  Form     `json:"form"`
	Hex   *string  `json:"hex,omitempty"`  // raw and trace
	Args  []string `json:"args,omitempty"` // the lines of args
	Trace []string `json:"trace,omitempty"`
}

// ReadJSON reads an input a line: {"form":"raw","hex":"0d90"}, {"form":"args","args":
// ["int(1)","string(\"a\")"]} or {"form":"trace","hex":"...","trace":["pongcheck-trace 1",
// "ping 61"]}. A trace may stand without its hex; with it, both must say the same. Errors
// are as with [ReadHex].
func ReadJSON(r io.Reader) iter.Seq2[Input, error] { return NewLimits().ReadJSON(r) }

// ReadJSON is [ReadJSON] within limits.
func (l *Limits) ReadJSON(r io.Reader) iter.Seq2[Input, error] {
	return l.readLines(r, func(line []byte) (Input, error) {
		var j jsonInput
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&j); err != nil {
			return Input{}, err
		}
		if d.More() {
			return Input{}, errors.New("more than one value")
		}
		return j.toInput()
	})
}

// WriteJSON writes lines for [ReadJSON].
func WriteJSON(w io.Writer, inputs iter.Seq2[Input, error]) (n int, err error) {
	return writeLines(w, inputs, func(in Input) ([]byte, error) {
		j := jsonInput{Form: in.Form}
		switch in.Form {
		case Args:
			if _, err := encodeGo(in); err != nil {
				return nil, err
			}
			j.Args = textLines(string(in.Data))[1:]
			return json.Marshal(j)
		case "":
			j.Form = Raw
		case Trace:
			j.Trace = textLines(text.Decode(in.Data).String())
		}
		text := hex.EncodeToString(in.Data)
		j.Hex = &text
		return json.Marshal(j)
	})
}

func textLines(text string) []string { return strings.Split(strings.TrimSuffix(text, "\n"), "\n") }

func (j *jsonInput) toInput() (Input, error) {
	switch {
	case j.Form == Args && j.Hex == nil && j.Trace == nil:
		in, err := decodeGo([]byte(goMagic + "\n" + strings.Join(j.Args, "\n") + "\n"))
		if err == nil && in.Form != Args {
			err = errors.New("one []byte is raw, not args")
		}
		return in, err
	case j.Form == Raw && j.Hex != nil && j.Args == nil && j.Trace == nil:
		data, err := hex.DecodeString(*j.Hex)
		return Input{Form: Raw, Data: data}, err
	case j.Form == Trace && j.Args == nil && (j.Trace != nil || j.Hex != nil):
		return j.traceInput()
	}
	return Input{}, fmt.Errorf("form %.80q: want raw with hex, args with args, or trace with trace or hex", j.Form)
}

func (j *jsonInput) traceInput() (in Input, err error) {
	if j.Trace != nil {
		if in, err = decodeTrace([]byte(strings.Join(j.Trace, "\n") + "\n")); err != nil || j.Hex == nil {
			return in, err
		}
	}
	data, err := hex.DecodeString(*j.Hex)
	if err == nil && j.Trace != nil && text.Decode(data).String() != text.Decode(in.Data).String() {
		err = errors.New("hex and trace are not the same: leave one of them out")
	}
	return Input{Form: Trace, Data: data}, err
}

func (l *Limits) readLines(r io.Reader, read func([]byte) (Input, error)) iter.Seq2[Input, error] {
	return func(yield func(Input, error) bool) {
		lines := bufio.NewScanner(r)
		lines.Buffer(nil, 2*maxFile)
		n := 0
		for lines.Scan() {
			n++
			if err := l.takeFile(); err != nil {
				yield(Input{}, fmt.Errorf("line %d: %w", n, err))
				return
			}
			l.takeBytes(len(lines.Bytes()))
			in, err := read(lines.Bytes())
			if err == nil {
				err = checkSize(len(in.Data))
			}
			if err != nil {
				in, err = Input{}, fmt.Errorf("line %d: %w", n, err)
			}
			if !yield(in, err) {
				return
			}
		}
		if err := lines.Err(); errors.Is(err, bufio.ErrTooLong) {
			yield(Input{}, fmt.Errorf("line %d: %w: more than %d bytes", n+1, ErrTooLarge, 2*maxFile))
		} else if err != nil {
			yield(Input{}, fmt.Errorf("line %d: %w", n+1, err))
		}
	}
}

func writeLines(w io.Writer, inputs iter.Seq2[Input, error], line func(Input) ([]byte, error)) (n int, err error) {
	out := bufio.NewWriter(w)
	for in, err := range inputs {
		if err != nil {
			return n, errors.Join(err, out.Flush())
		}
		text, err := line(in)
		if err != nil {
			return n, errors.Join(fmt.Errorf("write input %d: %w", n+1, err), out.Flush())
		}
		out.Write(text)
		out.WriteByte('\n') // an error stays, and Flush returns it
		n++
	}
	return n, out.Flush()
}
