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

// unexpected maps how the lines end by which the library (releases 8 to 17) logs an
// exception that it did not expect, to the place from which the exception escaped.
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

// crashPlace returns the place of the exception that a line announces.
func crashPlace(s string) (where string, ok bool) {
	s = strings.TrimRight(s, " \r")
	for end, where := range unexpected {
		if strings.HasSuffix(s, end) {
			return where, true
		}
	}
	return "", false
}

// transport matches exceptions of the network. They say that the connection broke, not
// the library.
var transport = regexp.MustCompile(`^(?:OSError|IOError|Connection\w*Error|BrokenPipeError|TimeoutError|SSL\w*|IncompleteReadError|CancelledError)$`)

// traceback reads the lines after the first one about a crash. Each line may have a
// prefix that a tool between Python and the file added.
type traceback struct {
	crash     Crash
	conn      *Connection // the likely connection of the crash; nil: unknown
	inLibrary bool        // it went through the library's code
	phase     tracePhase
	col       int // where the traceback begins in its lines
}

type tracePhase uint8

const (
	beforeTrace tracePhase = iota
	inTrace
	afterTrace
)

const traceHead = "Traceback (most recent call last):"

var classForm = regexp.MustCompile(`^([A-Za-z_][\w.]*)(?:: ?(.*))?$`)

// context matches what may stand between the first line and the traceback: asyncio prints
// the protocol and the transport there.
var context = regexp.MustCompile(`^(?:$|\s)|protocol: <|transport: <|source_traceback: `)

// chain matches the line between two tracebacks. The last one escaped.
var chain = regexp.MustCompile(`^(?:The above exception was the direct cause|During handling of the above exception)`)

// acceptLine reads a line. It returns false if the traceback ended before that line.
func (t *traceback) acceptLine(s string) bool {
	if at := strings.Index(s, traceHead); at >= 0 && t.phase == beforeTrace {
		t.phase, t.col = inTrace, at
		return true
	}
	part := s[min(t.col, len(s)):]
	switch t.phase {
	case beforeTrace:
		t.inLibrary = t.inLibrary || strings.Contains(s, "protocol: <websockets.")
		return context.MatchString(part)
	case inTrace:
		return t.acceptInside(part)
	}
	if chain.MatchString(part) {
		t.phase = beforeTrace
		return true
	}
	return part == ""
}

// acceptInside reads a line of the traceback proper. The first line that is not indented
// names the exception.
func (t *traceback) acceptInside(s string) bool {
	if s == "" || s[0] == ' ' {
		file := strings.HasPrefix(strings.TrimSpace(s), `File "`)
		t.inLibrary = t.inLibrary || file && (strings.Contains(s, "/websockets/") || strings.Contains(s, `\websockets\`))
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

// maxText bounds what is kept of an exception's message, in bytes.
const maxText = 1000

// attachCrash adds the crash to its connection, if the library's code is to blame.
func (t *traceback) attachCrash() {
	if t == nil || !t.inLibrary || t.conn == nil || transport.MatchString(t.crash.Class) {
		return
	}
	if t.crash.Class == "" {
		t.crash.Class = "exception"
	}
	t.conn.Crashes = append(t.conn.Crashes, t.crash)
}
