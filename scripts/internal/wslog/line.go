package wslog

import (
	"regexp"
	"strings"
)

// lineKind says what a line of the log is.
type lineKind uint8

const (
	otherLine    lineKind = iota
	frameLine             // a frame
	tornLine              // a frame that cannot be read
	stateLine             // the connection is in another state
	requestLine           // the request of a handshake
	timeoutLine           // the keepalive gave up waiting for a Pong
	listenLine            // a server begins: a new process, perhaps
	protocolLine          // another line of the library about a connection
)

// line is a line of the log, sorted.
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
// blank; the first mark that makes sense is it, so that what a peer sent (payloads,
// headers) is never taken for a line of the log's own.
func sortLine(s string) line {
	for i := 0; i+1 < len(s); i++ {
		if s[i+1] != ' ' || strings.IndexByte("<>=%!-", s[i]) < 0 || i > 0 && strings.IndexByte(" \t:|])", s[i-1]) < 0 {
			continue
		}
		l := line{out: s[i] == '>', prefix: s[:i]}
		if l.kind = l.message(s[i], s[i+2:]); l.kind != otherLine {
			return l
		}
	}
	if listenForm.MatchString(s) {
		return line{kind: listenLine}
	}
	return line{}
}

// message sorts what follows a mark.
func (l *line) message(mark byte, rest string) lineKind {
	switch mark {
	case '<', '>':
		return l.traffic(rest)
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

// traffic sorts what was sent or received.
func (l *line) traffic(rest string) lineKind {
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

// id is the connection that the prefix names, or nothing.
func (l *line) id() string {
	if strings.Count(l.prefix, "-") < 4 && !strings.Contains(l.prefix, "object at ") {
		return "" // most lines have none, and the search is slow
	}
	return idForm.FindString(l.prefix)
}

// stamp is the time in the prefix, as it is printed.
func (l *line) stamp() string { return stampForm.FindString(l.prefix) }

// side is the role of the end that wrote the line: that of its logger, or in old
// releases the word before the mark.
func (l *line) side() string {
	p := strings.TrimRight(l.prefix, " ")
	switch {
	case strings.HasSuffix(p, "server") || strings.Contains(p, "websockets.server"):
		return "server"
	case strings.HasSuffix(p, "client") || strings.Contains(p, "websockets.client"):
		return "client"
	}
	return ""
}
