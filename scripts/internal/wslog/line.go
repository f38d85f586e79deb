package wslog

import (
	"regexp"
	"slices"
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
	crashLine             // an exception that the library did not expect
)

// keepaliveStep is what a line says of the keepalive of the end that wrote it.
type keepaliveStep uint8

const (
	noStep   keepaliveStep = iota
	pingSent               // it sends its Ping
	pongCame               // its Ping was answered
)

// line is a line of the log with its kind.
type line struct {
	kind   lineKind
	out    bool   // ">": by the end that wrote the log
	prefix string // what stands before the message
	text   string // of a tornLine: the line
	from   string // the library, unless it is python-websockets
	role   string // of the end that wrote the line, if the line tells: server, client
	state  string // of a stateLine: CONNECTING, OPEN, CLOSING, CLOSED
	keeps  keepaliveStep
	frame  Frame
}

var (
	stateForm  = regexp.MustCompile(`^(?:connection is|state =) (CONNECTING|OPEN|CLOSING|CLOSED)$`)
	headerForm = regexp.MustCompile(`^(?:[!#-9;-~]+: |Headers\(|HTTP/1\.1 |EOF$|\[?body\]? \()`)
	listenForm = regexp.MustCompile(`(?:^|\W)server listening on \S+$`)
)

// sortLine finds the message of a library in a line. In that of python-websockets messages
// begin with one of a few marks and a blank. The first mark that makes sense counts, so that
// what a peer sent (payloads, headers) is never taken for a line of the library.
func sortLine(s string) line {
	l := sortMarks(s)
	if l.kind == otherLine || l.kind == tornLine {
		if short := trimPlace(s); short != s {
			if m := sortMarks(short); m.kind != otherLine && m.kind != tornLine {
				return m
			}
		}
	}
	if l.kind != otherLine {
		return l
	}
	for _, d := range dialects {
		if l, ok := d.sort(s); ok {
			l.from = d.name
			return l
		}
	}
	if strings.Contains(s, "server listening on") && listenForm.MatchString(s) {
		return line{kind: listenLine}
	}
	return line{}
}

// No message begins so far to the right, or after so many marks.
const (
	maxMark  = 4000 // bytes
	maxMarks = 50
)

// sortMarks finds a message that begins with a mark.
func sortMarks(s string) line {
	tried := 0
	for i := 0; i+1 < len(s) && i < maxMark && tried < maxMarks; i++ {
		if s[i+1] != ' ' || strings.IndexByte("<>=%!-", s[i]) < 0 || i > 0 && strings.IndexByte(" \t:|]),;=", s[i-1]) < 0 {
			continue
		}
		tried++
		l := line{out: s[i] == '>', prefix: s[:i]}
		if l.kind = l.sortMessage(s[i], s[i+2:]); l.kind != otherLine {
			l.role = loggerRole(l.prefix)
			return l
		}
	}
	return line{}
}

// placeForm matches the place or the logger that some formats print behind the message:
// "(protocol.py:745)", "[websockets.server] id=7".
var placeForm = regexp.MustCompile(`\s+(?:[(\[]?(?:in )?[\w./\\<>-]+\.pyc?:\d+(?: (?:in )?\w+)?[)\]]?|[(\[](?:in )?[\w./\\-]*[Pp]rotocol\w*:\d+[)\]]|[(\[]websockets(?:\.\w+)*[)\]].*|[(\[][A-Za-z][\w.:/\\ -]*[)\]]|- websockets(?:\.\w+)*|\{\}|\[\]|<\w+>)$`)

// placeWords are in everything that placeForm matches.
var placeWords = []string{".py", "rotocol", "websockets", "{}", "[]", ">"}

// trimPlace cuts off what a format printed behind the message.
func trimPlace(s string) string {
	if !slices.ContainsFunc(placeWords, func(w string) bool { return strings.Contains(s, w) }) && !strings.HasSuffix(s, "]") && !strings.HasSuffix(s, ")") {
		return strings.TrimRight(s, " \"'")
	}
	for range 2 {
		at := placeForm.FindStringIndex(s)
		if at == nil {
			break
		}
		s = s[:at[0]]
	}
	return strings.TrimRight(s, " \"'")
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
		switch {
		case strings.HasSuffix(rest, "keepalive ping"):
			l.keeps = pingSent
		case rest == "received keepalive pong":
			l.keeps = pongCame
		default:
			return otherLine
		}
		return protocolLine
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
	switch {
	case ok:
		return frameLine
	case strings.ContainsAny(rest, "0123456789['\"("):
		return tornLine
	}
	return otherLine // "> PING everybody"
}

// stampForm matches a time of day, or seconds since 1970.
var stampForm = regexp.MustCompile(`\d\d:\d\d:\d\d(?:[.,]\d+)?|\b\d{10}(?:\.\d+)?\b`)

// loggerRole returns the role of the end that wrote a line: that of its logger, or in old
// releases the word before the mark.
func loggerRole(prefix string) string {
	p := strings.TrimRight(prefix, " ")
	switch {
	case strings.HasSuffix(p, "server") || strings.Contains(p, "websockets.server"):
		return "server"
	case strings.HasSuffix(p, "client") || strings.Contains(p, "websockets.client"):
		return "client"
	}
	return ""
}
