package wslog

import (
	"regexp"
	"strings"
)

// Crash is an exception that escaped from the library's own code: one that it did
// not expect, and logged where nothing else could catch it.
type Crash struct {
	Line  int    // of the first line about it
	Where string // the function or task that it escaped from
	Class string // InvalidStateError; "exception" if the log does not show it
	Text  string // its message
	Sure  bool   // no other connection was open that it may belong to
}

// unexpected are the messages, at the end of a line, of the library's last resorts,
// in releases 8 to 17, and where the exception then escaped from.
var unexpected = map[string]string{
	"data transfer failed":                                "data_transfer",
	"Error in data transfer":                              "data_transfer",
	"parser failed":                                       "parser",
	"unexpected exception in parser":                      "parser",
	"unexpected internal error":                           "connection",
	"keepalive ping failed":                               "keepalive",
	"Unexpected exception in keepalive ping task":         "keepalive",
	"Fatal error on SSL protocol":                         "data_received", // asyncio, over TLS
	"SSL error in data received":                          "data_received",
	"Fatal error: protocol.data_received() call failed.":  "data_received", // asyncio
	"Fatal error: protocol.buffer_updated() call failed.": "buffer_updated",
	"Fatal error: protocol.eof_received() call failed.":   "eof_received",
}

func crashPlace(s string) (where string, ok bool) {
	s = strings.TrimRight(s, " \r")
	for end, where := range unexpected {
		if strings.HasSuffix(s, end) {
			return where, true
		}
	}
	return "", false
}

// transport are exceptions of the network: the connection broke, the library did
// not.
var transport = regexp.MustCompile(`^(?:OSError|IOError|Connection\w*Error|BrokenPipeError|TimeoutError|SSL\w*|IncompleteReadError|CancelledError)$`)

// traceback reads what follows the first line about a crash. Every line may have a
// prefix, if something between Python and the file added one.
type traceback struct {
	crash Crash
	conn  *Connection // it is the crash of this connection, as far as can be seen
	ours  bool        // it went through the library's code
	phase tracePhase
	col   int // where the traceback begins in its lines
}

type tracePhase uint8

const (
	beforeTrace tracePhase = iota
	inTrace
	afterTrace
)

const traceHead = "Traceback (most recent call last):"

var classForm = regexp.MustCompile(`^([A-Za-z_][\w.]*)(?:: ?(.*))?$`)

// context is what may stand between the first line and the traceback: asyncio tells
// about the protocol and the transport.
var context = regexp.MustCompile(`^(?:$|\s)|protocol: <|transport: <|source_traceback: `)

// chain says that another traceback follows: the last one is what escaped.
var chain = regexp.MustCompile(`^(?:The above exception was the direct cause|During handling of the above exception)`)

// take takes a line; it reports false if the line does not belong to the
// traceback, which has ended then.
func (t *traceback) take(s string) bool {
	if at := strings.Index(s, traceHead); at >= 0 && t.phase == beforeTrace {
		t.phase, t.col = inTrace, at
		return true
	}
	part := s[min(t.col, len(s)):]
	switch t.phase {
	case beforeTrace:
		t.ours = t.ours || strings.Contains(s, "protocol: <websockets.")
		return context.MatchString(part)
	case inTrace:
		return t.inside(part)
	}
	if chain.MatchString(part) {
		t.phase = beforeTrace
		return true
	}
	return part == ""
}

// inside takes a line of the traceback proper. Its first line that is not indented
// names the exception.
func (t *traceback) inside(s string) bool {
	if s == "" || s[0] == ' ' {
		file := strings.HasPrefix(strings.TrimSpace(s), `File "`)
		t.ours = t.ours || file && (strings.Contains(s, "/websockets/") || strings.Contains(s, `\websockets\`))
		return true
	}
	m := classForm.FindStringSubmatch(s)
	if m == nil || sortLine(s).kind != otherLine {
		return false
	}
	t.crash.Class = strings.Clone(m[1][strings.LastIndexByte(m[1], '.')+1:])
	t.crash.Text = strings.Clone(m[2][:min(len(m[2]), maxText)])
	t.phase = afterTrace
	return true
}

// maxText is how much is kept of an exception's message, in bytes.
const maxText = 1000

// end adds the crash to its connection, if it is one of the library's.
func (t *traceback) end() {
	if t == nil || !t.ours || t.conn == nil || transport.MatchString(t.crash.Class) {
		return
	}
	if t.crash.Class == "" {
		t.crash.Class = "exception"
	}
	t.conn.Crashes = append(t.conn.Crashes, t.crash)
}
