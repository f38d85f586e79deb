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
	stamp int32
	after int // how many frames of its connection came before
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

// announcement is where a line announces an exception.
type announcement struct {
	where string // from which the exception escaped
	begin int    // of the sentence in the line
}

// crashPlace finds the sentence that announces an exception. What formats print around a
// message may stand before it and behind it, other words may not.
func crashPlace(s string) (a announcement, ok bool) {
	if !strings.Contains(s, "ata") && !strings.Contains(s, "arser") && !strings.Contains(s, "call failed") && !strings.Contains(s, "unexpected internal") && !strings.Contains(s, "keepalive ping") && !strings.Contains(s, "SSL") {
		return a, false
	}
	for text, where := range unexpected {
		at := strings.LastIndex(s, text)
		if at < 0 || at > 0 && strings.IndexByte(" \t:|]),=\"'", s[at-1]) < 0 {
			continue
		}
		if tail := s[at+len(text):]; tail == "" || strings.IndexByte(" \t\"'#,(\\", tail[0]) >= 0 && !looksLikeWords(tail) {
			return announcement{where, at}, true
		}
	}
	return a, false
}

// looksLikeWords reports whether a sentence goes on.
func looksLikeWords(tail string) bool {
	tail = strings.TrimLeft(tail, " \t")
	return tail != "" && (tail[0] >= 'a' && tail[0] <= 'z' || tail[0] >= 'A' && tail[0] <= 'Z') && trimPlace("x "+tail) != "x"
}

// transport matches exceptions of the network. They say that the connection broke, not
// the library.
var transport = regexp.MustCompile(`^(?:OSError|IOError|Connection\w*Error|BrokenPipeError|TimeoutError|SSL\w*|IncompleteReadError|CancelledError)$`)

// libraryFile matches the place of the library's code, as it is installed. A folder named
// websockets of the application's own is no such place.
var libraryFile = regexp.MustCompile(`(?:site|dist)-packages[/\\](?:websockets-[^/\\"]*\.egg[/\\])?websockets[/\\]`)

// libraryProtocol matches how asyncio names a protocol of the library.
var libraryProtocol = regexp.MustCompile(`protocol: ?<websockets\.(?:asyncio|legacy|sync|server|client|protocol|connection)\b`)

// traceback reads the lines after the first one about a crash. Each line may have a
// prefix that a tool between Python and the file added.
type traceback struct {
	crash     Crash
	prefix    string // of the line that announced it
	ours      bool   // the library's logger announced it
	inLibrary bool   // it went through the library's code
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
		t.inLibrary = t.inLibrary || libraryProtocol.MatchString(s)
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
		if strings.Contains(s, `File "`) {
			t.inLibrary = t.inLibrary || libraryFile.MatchString(s) || t.ours && strings.Contains(s, "/websockets/")
		}
		return true
	}
	m := classForm.FindStringSubmatch(s)
	if m == nil || sortLine(s).kind != otherLine {
		return false
	}
	t.setClass(m[1], m[2])
	t.phase = afterTrace
	return true
}

// setClass sets the class of the exception, without its package, and its message.
func (t *traceback) setClass(class, text string) {
	t.crash.Class = strings.Clone(class[strings.LastIndexByte(class, '.')+1:])
	t.crash.Text = strings.Clone(text[:min(len(text), maxText)])
}

// maxText bounds what is kept of an exception's message, in bytes.
const maxText = 1000

// libraryCrash returns the crash, if the library's code is to blame, or nil.
func (t *traceback) libraryCrash() *Crash {
	if !t.inLibrary || transport.MatchString(t.crash.Class) {
		return nil
	}
	if t.crash.Class == "" {
		t.crash.Class = "exception"
	}
	return &t.crash
}
