package wslog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// What is read is bounded: a log comes from outside.
const (
	MaxLine   = 1 << 20 // bytes in a line
	MaxFrames = 1 << 21 // frames, states, handshakes and crashes in a log; judging takes some hundred bytes for each
)

// The kinds of [Error].
var (
	ErrNotLog      = errors.New("not a debug log of python-websockets")
	ErrLongLine    = errors.New("the line is too long")
	ErrTooMuch     = errors.New("the log is too long")
	ErrInterleaved = errors.New("interleaved: two connections at once, and no id to tell them apart")
)

// Error says in which line a log could not be read, why, and what to do about it.
type Error struct {
	Line int
	Err  error  // one of the kinds above
	Do   string // what was seen, and what to do
}

// Error is one line.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %v: %s", e.Line, e.Err, e.Do) }

// Unwrap is the kind.
func (e *Error) Unwrap() error { return e.Err }

// Log is a log that was read.
type Log struct {
	Connections []*Connection // in the order in which they begin
	Lines       int
}

// reader is a log being read.
type reader struct {
	log   Log
	tab   table
	trace *traceback
	stamp string // of the line before
	same  int32  // number of the run of lines with that stamp
	count int    // frames, connections and crashes
}

// Read reads a log. The error is an [*Error], or that of r.
func Read(r io.Reader) (*Log, error) {
	in := bufio.NewReaderSize(r, MaxLine+1)
	rd := reader{tab: table{current: map[string]*Connection{}}}
	for {
		b, err := in.ReadSlice('\n')
		if len(b) > 0 {
			rd.log.Lines++
			if e := rd.line(b, err); e != nil {
				return nil, e
			}
		}
		if err == io.EOF {
			return rd.end()
		}
		if err != nil {
			return nil, fmt.Errorf("reading the log, after line %d: %w", rd.log.Lines, err)
		}
	}
}

// line takes over one line, or what was read of it.
func (r *reader) line(b []byte, err error) error {
	if bytes.IndexByte(b, 0) >= 0 {
		return r.fail(ErrNotLog, "it has a NUL byte: a binary file, or a text in UTF-16, which must be converted to UTF-8")
	}
	if err == bufio.ErrBufferFull {
		return r.fail(ErrLongLine, fmt.Sprintf("more than %d bytes without a line end: cut payloads short, or check that the file is a log", MaxLine))
	}
	s := clean(string(bytes.TrimRight(b, "\r\n")))
	if r.trace != nil {
		if r.trace.take(s) {
			return nil
		}
		r.endTrace()
	}
	l := sortLine(s)
	if l.kind == otherLine {
		r.other(s)
		return nil
	}
	l.frame.Line = r.log.Lines
	l.frame.stamp = r.sameStamp(l.stamp())
	if do := r.tab.take(&l, r.log.Lines); do != "" {
		return r.fail(ErrInterleaved, do)
	}
	if l.kind != protocolLine {
		r.count++
	}
	if r.count > MaxFrames {
		return r.fail(ErrTooMuch, fmt.Sprintf("more than %d frames and states: judge it in parts", MaxFrames))
	}
	return nil
}

func (r *reader) fail(kind error, do string) error { return &Error{r.log.Lines, kind, do} }

// colours are what some logging configurations put around words.
var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// clean takes away what is not text.
func clean(s string) string {
	if strings.IndexByte(s, '\x1b') >= 0 {
		s = colours.ReplaceAllString(s, "")
	}
	return strings.TrimPrefix(s, "\ufeff")
}

// sameStamp numbers the runs of lines with equal stamps; 0 stands for no stamp.
func (r *reader) sameStamp(stamp string) int32 {
	if stamp == "" {
		r.stamp = ""
		return 0
	}
	if stamp != r.stamp {
		r.stamp = strings.Clone(stamp)
		r.same++
	}
	return r.same
}

// other takes over a line that is about no connection by its form.
func (r *reader) other(s string) {
	where, ok := crashPlace(s)
	if !ok {
		return
	}
	l := line{prefix: s}
	conn, sure := r.tab.suspect(&l)
	r.count++
	r.trace = &traceback{conn: conn, crash: Crash{Line: r.log.Lines, Where: where, Sure: sure}}
}

func (r *reader) endTrace() {
	r.trace.end()
	r.trace = nil
}

func (r *reader) end() (*Log, error) {
	r.endTrace()
	for _, c := range r.tab.all {
		if c.opened || len(c.Frames)+len(c.Crashes) > 0 {
			r.log.Connections = append(r.log.Connections, c)
		}
	}
	switch {
	case r.log.Lines == 0:
		return nil, r.fail(ErrNotLog, "it is empty")
	case len(r.log.Connections) == 0:
		return nil, r.fail(ErrNotLog, `it ends here without any frame: record it after logging.getLogger("websockets").setLevel(logging.DEBUG)`)
	}
	return &r.log, nil
}
