package wslog

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pongcheck/pongcheck/frame"
)

// dialect is how a library other than python-websockets prints frames.
type dialect struct {
	name string
	sort func(s string) (line, bool)
}

var dialects = []dialect{
	{"websocket-client", sortWebsocketClient},
	{"Java-WebSocket", sortJavaWebSocket},
}

// fieldsForm matches a frame as websocket-client prints it: "fin=1 opcode=9 data=b'abcd'".
var fieldsForm = regexp.MustCompile(`^fin=(\d) opcode=(\d{1,2}) data=`)

// sortWebsocketClient sorts a line of websocket-client after enableTrace(True). Its end is a
// client always.
func sortWebsocketClient(s string) (l line, ok bool) {
	l.role = "client"
	for _, mark := range [...]string{"++Sent decoded: ", "++Rcv decoded: "} {
		at := strings.Index(s, mark)
		if at < 0 {
			continue
		}
		l.prefix, l.out = s[:at], mark[2] == 'S'
		l.frame, ok = parseNamed(s[at+len(mark):])
		l.frame.Out = l.out
		l.kind = frameLine
		if !ok {
			l.kind = tornLine
		}
		return l, true
	}
	at := strings.Index(s, "--- request header ---")
	if at >= 0 {
		l.prefix, l.out, l.kind = s[:at], true, requestLine
	}
	return l, at >= 0
}

// parseNamed parses a frame of websocket-client. Text is printed without quotes.
func parseNamed(s string) (f Frame, ok bool) {
	m := fieldsForm.FindStringSubmatch(s)
	if m == nil {
		return f, false
	}
	op, _ := strconv.Atoi(m[2])
	f.NoFin, f.Opcode = m[1] == "0", frame.Opcode(op)
	rest := s[len(m[0]):]
	data := rest
	if strings.HasPrefix(rest, "b") || strings.HasPrefix(rest, "bytearray(b") {
		literal := strings.TrimPrefix(strings.TrimPrefix(rest, "bytearray("), "b")
		if n := literalEnd(literal); n > 0 {
			if data, ok = unquoteLiteral(literal[:n], true); !ok {
				return f, false
			}
		} else if f.Opcode.Control() {
			return f, false // it goes on in the next line
		}
	}
	f.Data = Pattern{Len: len(data)}
	if f.Opcode.Control() {
		f.Data.Head = strings.Clone(data[:min(len(data), 2*frame.MaxControl)])
	}
	return f, opcodeName(f.Opcode) != "?"
}

// framedataForm matches a frame as Java-WebSocket prints it.
var framedataForm = regexp.MustCompile(`Framedata\{ ?opcode:(\w+), fin:(true|false),.*?payload ?length:\[pos:\d+, len:(\d{1,15})\], payload:(.*)$`)

var javaOpcodes = map[string]frame.Opcode{"CONTINUOUS": frame.Continuation, "TEXT": frame.Text, "BINARY": frame.Binary,
	"CLOSING": frame.Close, "PING": frame.Ping, "PONG": frame.Pong}

// sortJavaWebSocket sorts a line of Java-WebSocket at the level TRACE.
func sortJavaWebSocket(s string) (l line, ok bool) {
	for _, mark := range [...]string{"send frame: ", "matched frame: "} {
		at := strings.Index(s, mark)
		if at < 0 {
			continue
		}
		l.prefix, l.out, l.kind = s[:at], mark[0] == 's', frameLine
		if l.frame, ok = parseFramedata(s[at+len(mark):]); !ok {
			l.kind = tornLine
		}
		l.frame.Out = l.out
		switch {
		case strings.Contains(l.prefix, "WebSocketConnectReadThread"), strings.Contains(l.prefix, "WebSocketWriteThread"):
			l.role = "client"
		case strings.Contains(l.prefix, "WebSocketWorker"), strings.Contains(l.prefix, "WebSocketSelector"):
			l.role = "server"
		}
		return l, true
	}
	return l, false
}

// parseFramedata parses a frame of Java-WebSocket. Its payload was decoded as text: it counts
// if nothing was replaced and its length is right, else only the length does.
func parseFramedata(s string) (f Frame, ok bool) {
	m := framedataForm.FindStringSubmatch(s)
	if m == nil || strings.Count(s, "Framedata{") > 1 {
		return f, false
	}
	f.Opcode, ok = javaOpcodes[m[1]]
	f.NoFin = m[2] == "false"
	n, _ := strconv.Atoi(m[3])
	f.Data = Pattern{Len: n}
	text := strings.TrimSuffix(strings.TrimSuffix(strings.TrimRight(m[4], " "), "]"), "}")
	if f.Opcode.Control() && len(text) == n && n > 0 && !strings.ContainsRune(text, utf8.RuneError) && utf8.ValidString(text) {
		f.Data.Head = strings.Clone(text)
	}
	return f, ok
}
