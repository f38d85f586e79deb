package wslog

import (
	"regexp"
	"strings"
)

// lineKind says what a line of the log is about.
type lineKind uint8

const (
	otherLine    lineKind = iota
	frameLine             // a frame
	tornLine              // a frame that cannot be read
	stateLine             // the connection is in another state
	requestLine           // the request of a handshake
	timeoutLine           // the keepalive gave up waiting for a Pong
	listenLine            // a server begins to listen, perhaps in a new process
	protocolLine          // another line of the library about a connection
)

// line is a line of the log with its kind.
type line struct {
	kind   lineKind
	out    bool   // ">": by the end that wrote the log
	prefix string // what stands before the message
	state  string // of a stateLine: CONNECTING, OPEN, CLOSING, CLOSED
	frame  Frame
}

var (
	stateForm  = regexp.MustCompile(`^(?:connection is|state =) (CONNECTING|OPEN|CLOSING|CLOSED)$`)
	headerForm = regexp.MustCompile(`^(?:[!#-9;-~]+: |Headers\(|HTTP/1\.1 |EOF$|\[?body\]? \()`)
	listenForm = regexp.MustCompile(`(?:^|\W)server listening on \S+$`)
)

// sortLine finds the message in a line. Messages begin with one of a few marks and a
// blank. The first mark that makes sense counts, so that what a peer sent (payloads,
// headers) is never taken for a line of the library.
func sortLine(s string) line {
	for i := 0; i+1 < len(s); i++ {
		if s[i+1] != ' ' || strings.IndexByte("<>=%!-", s[i]) < 0 || i > 0 && strings.IndexByte(" \t:|])", s[i-1]) < 0 {
			continue
		}
		l := line{out: s[i] == '>', prefix: s[:i]}
		if l.kind = l.sortMessage(s[i], s[i+2:]); l.kind != otherLine {
			return l
		}
	}
	if listenForm.MatchString(s) {
		return line{kind: listenLine}
	}
	return line{}
}

// sortMessage sorts what follows a mark.
func (l *line) sortMessage(mark byte, rest string) lineKind {
	switch mark {
	case '<', '>':
		return l.sortTraffic(rest)
	case '=', '-':
		if m := stateForm.FindStringSubmatch(rest); m != nil {
			l.state = m[1]
			return stateLine
		}
		fallthrough
	case '!':
		if rest == "timed out waiting for keepalive pong" || rest == "timed out waiting for pong" {
			return timeoutLine
		}
	case '%':
		if strings.HasSuffix(rest, "keepalive ping") || rest == "received keepalive pong" {
			return protocolLine
		}
	}
	return otherLine
}

// sortTraffic sorts what was sent or received.
func (l *line) sortTraffic(rest string) lineKind {
	name, _, _ := strings.Cut(rest, " ")
	_, known := opcodeNames[name]
	ok := false
	switch {
	case known:
		l.frame, ok = parseFrame(rest)
	case strings.HasPrefix(rest, "Frame("):
		l.frame, ok = parseTuple(rest)
	case strings.HasPrefix(rest, "GET ") && strings.HasSuffix(rest, " HTTP/1.1"):
		return requestLine
	case headerForm.MatchString(rest):
		return protocolLine
	default:
		return otherLine
	}
	l.frame.Out = l.out
	if !ok {
		return tornLine
	}
	return frameLine
}

var (
	idForm    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|object at 0x[0-9a-f]+`)
	stampForm = regexp.MustCompile(`\d\d:\d\d:\d\d(?:[.,]\d+)?|\b\d{10}(?:\.\d+)?\b`)
)

// connectionID returns the id of the connection in the prefix, or nothing.
func (l *line) connectionID() string {
	if strings.Count(l.prefix, "-") < 4 && !strings.Contains(l.prefix, "object at ") {
		return "" // most lines have none, and the search is slow
	}
	return idForm.FindString(l.prefix)
}

// timeStamp returns the time in the prefix as it is printed.
func (l *line) timeStamp() string { return stampForm.FindString(l.prefix) }

// loggerRole returns the role of the end that wrote the line: that of its logger, or in
// old releases the word before the mark.
func (l *line) loggerRole() string {
	p := strings.TrimRight(l.prefix, " ")
	switch {
	case strings.HasSuffix(p, "server") || strings.Contains(p, "websockets.server"):
		return "server"
	case strings.HasSuffix(p, "client") || strings.Contains(p, "websockets.client"):
		return "client"
	}
	return ""
}
