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

// Limits of what is read: a log comes from outside.
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

// Error says in which line reading failed, why, and what to do.
type Error struct {
	Line int
	Err  error  // one of the kinds above
	Do   string // what was seen, and what to do
}

// Error returns one line.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %v: %s", e.Line, e.Err, e.Do) }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Err }

// Log is a log that was read.
type Log struct {
	Connections []*Connection // in the order in which they begin
	Lines       int
}

// reader reads one log.
type reader struct {
	log   Log
	tab   table
	trace *traceback // the one that the next line may continue; nil: none
	stamp string     // of the line before
	run   int32      // counts the runs of lines with equal stamps
	count int        // frames, states, handshakes and crashes so far
}

// Read reads a log. Its error is an [*Error], or that of r.
func Read(r io.Reader) (*Log, error) {
	in := bufio.NewReaderSize(r, MaxLine+1)
	rd := reader{tab: table{current: map[string]*Connection{}}}
	for {
		b, err := in.ReadSlice('\n')
		if len(b) > 0 {
			rd.log.Lines++
			if e := rd.readLine(b, err); e != nil {
				return nil, e
			}
		}
		if err == io.EOF {
			return rd.finishLog()
		}
		if err != nil {
			return nil, fmt.Errorf("read the log after line %d: %w", rd.log.Lines, err)
		}
	}
}

// readLine sorts one line, or the part of it that fits, into the log.
func (r *reader) readLine(b []byte, err error) error {
	if bytes.IndexByte(b, 0) >= 0 {
		return r.failAt(ErrNotLog, "the line has a NUL byte: it is a binary file, or UTF-16; convert it to UTF-8")
	}
	if err == bufio.ErrBufferFull {
		return r.failAt(ErrLongLine, fmt.Sprintf("more than %d bytes without a line end: cut payloads short, or check that the file is a log", MaxLine))
	}
	s := cleanText(string(bytes.TrimRight(b, "\r\n")))
	if r.trace != nil {
		if r.trace.acceptLine(s) {
			return nil
		}
		r.finishTrace()
	}
	l := sortLine(s)
	if l.kind == otherLine {
		r.readOther(s)
		return nil
	}
	l.frame.Line = r.log.Lines
	l.frame.stamp = r.numberStamp(l.timeStamp())
	if do := r.tab.addLine(&l, r.log.Lines); do != "" {
		return r.failAt(ErrInterleaved, do)
	}
	if l.kind != protocolLine {
		r.count++
	}
	if r.count > MaxFrames {
		return r.failAt(ErrTooMuch, fmt.Sprintf("more than %d frames and states: judge it in parts", MaxFrames))
	}
	return nil
}

func (r *reader) failAt(kind error, do string) error { return &Error{r.log.Lines, kind, do} }

// colours matches what some logging configurations put around words.
var colours = regexp.MustCompile("\x1b\\[[0-9;]*m")

// cleanText removes colours and a byte order mark.
func cleanText(s string) string {
	if strings.IndexByte(s, '\x1b') >= 0 {
		s = colours.ReplaceAllString(s, "")
	}
	return strings.TrimPrefix(s, "\ufeff")
}

// numberStamp returns the number of the run of lines with equal stamps that a line belongs
// to, or 0 if it has no stamp.
func (r *reader) numberStamp(stamp string) int32 {
	if stamp == "" {
		r.stamp = ""
		return 0
	}
	if stamp != r.stamp {
		r.stamp = strings.Clone(stamp)
		r.run++
	}
	return r.run
}

// readOther looks for the first line about a crash in a line that is of no other kind.
func (r *reader) readOther(s string) {
	where, ok := crashPlace(s)
	if !ok {
		return
	}
	l := line{prefix: s}
	conn, sure := r.tab.suspectOf(&l)
	r.count++
	r.trace = &traceback{conn: conn, crash: Crash{Line: r.log.Lines, Where: where, Sure: sure}}
}

func (r *reader) finishTrace() {
	r.trace.attachCrash()
	r.trace = nil
}

func (r *reader) finishLog() (*Log, error) {
	r.finishTrace()
	for _, c := range r.tab.all {
		if c.opened || len(c.Frames)+len(c.Crashes) > 0 {
			r.log.Connections = append(r.log.Connections, c)
		}
	}
	switch {
	case r.log.Lines == 0:
		return nil, r.failAt(ErrNotLog, "it is empty")
	case len(r.log.Connections) == 0:
		return nil, r.failAt(ErrNotLog, `it ends here without any frame: record it after logging.getLogger("websockets").setLevel(logging.DEBUG)`)
	}
	return &r.log, nil
}
