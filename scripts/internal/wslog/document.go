package wslog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// isDocument reports whether a file that begins so is one JSON value over many lines, as
// exports of log services are: its first line is the beginning of a value, but no value.
func isDocument(begin []byte, whole bool) bool {
	begin = bytes.TrimLeft(begin, " \t\r\n")
	if len(begin) == 0 || begin[0] != '{' && begin[0] != '[' {
		return false
	}
	line, rest, ended := bytes.Cut(begin, []byte("\n"))
	line = bytes.TrimRight(line, " \t\r")
	if begin[0] == '[' { // of objects, or of arrays; else it is a prefix: "[2026-11-30 ..."
		next := bytes.TrimLeft(begin[1:], " \t\r\n")
		return len(next) > 0 && (next[0] == '{' || next[0] == '[') && !json.Valid(bytes.TrimRight(line, ",")) || len(line) > 1 && json.Valid(line)
	}
	next := bytes.TrimLeft(begin[1:], " \t\r\n")
	if len(next) == 0 || next[0] != '"' {
		return false
	}
	if json.Valid(line) {
		if len(bytes.TrimSpace(rest)) > 0 {
			return false // lines of JSON
		}
		f := fields{}
		var object map[string]any
		_ = json.Unmarshal(line, &object)
		f.addObject("", object, 0)
		return f.lines() == nil // one export in one line
	}
	return !ended && !whole || bytes.IndexByte([]byte("{[,"), line[len(line)-1]) >= 0 // else it is a line that was cut
}

// document reads one JSON value after the other, in bounded memory: it never holds more
// than an object without those that hang below its arrays.
type document struct {
	text    *lineCounter
	decoder *json.Decoder
	depth   int
	budget  int // bytes that open objects may still keep

	seen  func(line int, f fields)          // is called for each object of an array, and the outermost ones
	row   func(line int, time, text string) // is called for each pair of a time and a text
	field func(name string, value any)      // is called for each field that is read
}

// objectSize bounds what open objects keep, in bytes.
const objectSize = 16 << 20

// maxNesting bounds the nesting of values.
const maxNesting = 64

// newDocument returns a document that is read from in.
func newDocument(in *bufio.Reader) *document {
	text := &lineCounter{in: &shortStrings{in: in}}
	d := &document{text: text, decoder: json.NewDecoder(text), budget: objectSize}
	d.decoder.UseNumber()
	return d
}

// read reads all values. It returns the line in which they are cut off or broken, or 0.
func (d *document) read() (cut int, err error) {
	for {
		_, err := d.readValue(false)
		switch {
		case err == nil:
		case d.text.err != nil && d.text.err != io.EOF:
			return 0, d.text.err
		case err == io.EOF:
			return 0, nil
		default:
			return d.line(), nil
		}
	}
}

// line returns the line of what was read last.
func (d *document) line() int { return d.text.lineAt(d.decoder.InputOffset()) }

// readValue reads a value. Objects become fields; those in arrays and the outermost ones
// are told and forgotten.
func (d *document) readValue(keep bool) (any, error) {
	t, err := d.decoder.Token()
	if err != nil {
		return nil, err
	}
	switch t {
	case json.Delim('{'):
		return d.readObject(keep)
	case json.Delim('['):
		return nil, d.readArray()
	}
	return t, nil
}

func (d *document) readObject(keep bool) (any, error) {
	if d.depth++; d.depth > maxNesting {
		return nil, io.ErrUnexpectedEOF
	}
	defer func() { d.depth-- }()
	f, line := fields{}, d.line()
	for d.decoder.More() {
		name, err := d.decoder.Token()
		if err != nil {
			return nil, err
		}
		v, err := d.readValue(true)
		if err != nil {
			return nil, err
		}
		d.field(name.(string), v)
		d.addField(f, name.(string), v)
	}
	if _, err := d.decoder.Token(); err != nil {
		return nil, err
	}
	if !keep {
		d.budget = objectSize
		d.seen(line, f)
		return nil, nil
	}
	return f, nil
}

// addField adds a value, or those of an object, while there is room.
func (d *document) addField(f fields, name string, v any) {
	text := ""
	switch v := v.(type) {
	case fields:
		for below, v := range v {
			f[name+"."+below] = v
		}
		return
	case string:
		text = v
	case json.Number:
		text = v.String()
	case bool:
		text = printNumber(v)
	default:
		return
	}
	if d.budget -= len(name) + len(text); d.budget > 0 {
		f[name] = text
	}
}

// readArray tells the objects of an array, and its text if it is a pair of a time and a
// text, as Loki has it.
func (d *document) readArray() error {
	if d.depth++; d.depth > maxNesting {
		return io.ErrUnexpectedEOF
	}
	defer func() { d.depth-- }()
	var pair []string
	n, line := 0, d.line()
	for ; d.decoder.More(); n++ {
		v, err := d.readValue(false)
		if err != nil {
			return err
		}
		if text, ok := v.(string); ok && n < 2 {
			pair = append(pair, text)
		}
	}
	if _, err := d.decoder.Token(); err != nil {
		return err
	}
	if len(pair) == 2 && n <= 3 && isNumber(pair[0]) {
		d.row(line, printTime(pair[0]), pair[1])
	}
	return nil
}

// lineCounter counts the lines of what is read through it.
type lineCounter struct {
	in   io.Reader
	err  error
	read int64   // bytes so far
	line int     // of the last place that was asked for, from 0
	ends []int64 // where lines end behind that place
}

func (c *lineCounter) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	for i, x := range b[:n] {
		if x == '\n' {
			c.ends = append(c.ends, c.read+int64(i))
		}
	}
	c.read += int64(n)
	if err != nil {
		c.err = err
	}
	return n, err
}

// lineAt returns the line of a place that is not before the last one.
func (c *lineCounter) lineAt(offset int64) int {
	n := 0
	for n < len(c.ends) && c.ends[n] < offset {
		n++
	}
	c.line += n
	c.ends = append(c.ends[:0], c.ends[n:]...)
	return c.line + 1
}

// shortStrings shortens the strings and numbers of JSON, so that a value fits in memory.
type shortStrings struct {
	in       *bufio.Reader
	inString bool
	escaped  bool
	run      int // bytes since the string or the word began
}

func (s *shortStrings) Read(b []byte) (int, error) {
	n := 0
	for n < len(b) {
		c, err := s.in.ReadByte()
		if err != nil {
			if n > 0 {
				return n, nil
			}
			return 0, err
		}
		if s.keepByte(c) {
			b[n] = c
			n++
		}
	}
	return n, nil
}

// keepByte reports whether c is read on.
func (s *shortStrings) keepByte(c byte) bool {
	switch {
	case s.escaped:
		s.escaped = false
		s.run++
		return s.run <= MaxLine+1 // with the backslash before it
	case s.inString && c == '\\':
		s.escaped = true
	case c == '"':
		s.inString = !s.inString
		s.run = 0
		return true
	case !s.inString && strings.IndexByte(" \t\r\n,:[]{}", c) >= 0:
		s.run = 0
		return true
	}
	s.run++
	return s.run <= MaxLine
}
