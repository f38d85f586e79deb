package wslog_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// record is what a program logs once.
type record struct {
	at                     time.Time
	level, logger, message string
	trace                  string // of an exception
}

// incidentTrace is the traceback of the incident.
const incidentTrace = `Traceback (most recent call last):
  File "/usr/lib/python3.11/asyncio/selector_events.py", line 1009, in _read_ready__data_received
    self._protocol.data_received(data)
  File "/venv/lib/python3.11/site-packages/websockets/asyncio/connection.py", line 753, in acknowledge_pings
    pong_waiter.set_result(latency)
asyncio.exceptions.InvalidStateError: invalid state`

// records returns a conversation, one message a line; "!" begins that of the crash.
func records(logger string, messages ...string) (all []record) {
	at := time.Date(2026, 3, 29, 23, 59, 58, 0, time.UTC)
	for _, m := range messages {
		r := record{at, "DEBUG", logger, m, ""}
		if m == "!" {
			r = record{at, "ERROR", "asyncio", "Fatal error: protocol.data_received() call failed.", incidentTrace}
		}
		all = append(all, r)
		at = at.Add(731 * time.Millisecond)
	}
	return all
}

var incident = records("websockets.server",
	"= connection is CONNECTING", "< GET /cp HTTP/1.1", "< Host: gw", "> HTTP/1.1 101 Switching Protocols", "= connection is OPEN",
	"> TEXT 'tick, \"tock\"' [12 bytes]", "> PING a1 b2 c3 d4 [binary, 4 bytes]", "< PONG a1 b2 c3 d4 [binary, 4 bytes]",
	"> PING 0d 90 0f 00 [binary, 4 bytes]", "< PONG 0d 90 0f [binary, 3 bytes]", "> PING '' [0 bytes]", "< PONG '' [0 bytes]", "!",
	"< EOF", "= connection is CLOSED")

const incidentVerdict = "server FAILED crash; client FAILED pong.echo"

var silent = records("websockets.client", "= connection is CONNECTING", "> GET / HTTP/1.1", "= connection is OPEN", "< TEXT 'hi' [2 bytes]",
	"% sending keepalive ping", "> PING 'k123' [text, 4 bytes]", "! timed out waiting for keepalive pong",
	"> CLOSE 1011 (internal error) keepalive ping timeout [24 bytes]", "= connection is CLOSED")

const silentVerdict = "client OK; server INFORMATIONAL"

// lines writes records by a format, a traceback on lines of its own.
func lines(all []record, format func(r record) string) string {
	var b strings.Builder
	for _, r := range all {
		b.WriteString(format(r) + "\n")
		if r.trace != "" {
			b.WriteString(r.trace + "\n")
		}
	}
	return b.String()
}

// eachLine changes each physical line of a log.
func eachLine(log string, change func(i int, s string) string) string {
	var b strings.Builder
	for i, s := range strings.Split(strings.TrimRight(log, "\n"), "\n") {
		b.WriteString(change(i, s) + "\n")
	}
	return b.String()
}

func basic(r record) string { return fmt.Sprintf("%s:%s:%s", r.level, r.logger, r.message) }

func dated(r record) string {
	return fmt.Sprintf("%s %s %s %s", r.at.Format("2006-01-02 15:04:05,000"), r.level, r.logger, r.message)
}

func whole(r record) string { return strings.TrimSuffix(r.message+"\n"+r.trace, "\n") }

// object returns a line of JSON; its names come in pairs with their values.
func object(pairs ...any) string {
	m := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i].(string)] = pairs[i+1]
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

func noTrace(all []record, format func(r record) string) string {
	var b strings.Builder
	for _, r := range all {
		b.WriteString(format(r) + "\n")
	}
	return b.String()
}

// interleave mixes two logs line by line.
func interleave(a, b string) string {
	x, y := strings.Split(strings.TrimRight(a, "\n"), "\n"), strings.Split(strings.TrimRight(b, "\n"), "\n")
	var out strings.Builder
	for i := range max(len(x), len(y)) {
		if i < len(x) {
			out.WriteString(x[i] + "\n")
		}
		if i < len(y) {
			out.WriteString(y[i] + "\n")
		}
	}
	return out.String()
}

func reversed(log string) string {
	var out string
	for _, s := range strings.Split(strings.TrimRight(log, "\n"), "\n") {
		out = s + "\n" + out
	}
	return out
}

func utf16BE(s string) string {
	out := "\xfe\xff"
	for _, u := range utf16.Encode([]rune(s)) {
		out += string([]byte{byte(u >> 8), byte(u)})
	}
	return out
}

func asCSV(comma rune, all []record) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.Comma = comma
	_ = w.Write([]string{"time", "level", "logger", "message"})
	for _, r := range all {
		_ = w.Write([]string{r.at.Format(time.RFC3339), r.level, r.logger, whole(r)})
	}
	w.Flush()
	return b.String()
}

// asRich prints as rich does, in a column of 40.
func asRich(all []record) string {
	var b strings.Builder
	last := ""
	for _, r := range all {
		at := r.at.Format("[01/02/06 15:04:05]")
		if at == last {
			at = strings.Repeat(" ", len(at))
		} else {
			last = at
		}
		head, place := fmt.Sprintf("%s %-8s ", at, r.level), "  protocol.py:745"
		for _, part := range strings.Split(whole(r), "\n") {
			for _, row := range foldRich(part, 40) {
				b.WriteString(strings.TrimRight(fmt.Sprintf("%s%-40s%s", head, row, place), " ") + "\n")
				head, place = strings.Repeat(" ", len(head)), ""
			}
		}
	}
	return b.String()
}

func foldRich(s string, width int) (rows []string) {
	for len(s) > width {
		at := strings.LastIndexByte(s[:width+1], ' ')
		if at < 1 {
			at = width
		}
		rows = append(rows, strings.TrimRight(s[:at], " "))
		s = strings.TrimLeft(s[at:], " ")
	}
	return append(rows, s)
}

var variations = []struct {
	name, log, verdicts, says string
}{
	{"loguru", lines(incident, func(r record) string {
		return fmt.Sprintf("%s | %-8s | %s:log:1 - %s", r.at.Format("2006-01-02 15:04:05.000"), r.level, r.logger, r.message)
	}), incidentVerdict, ""},
	{"loguru serialized", noTrace(incident, func(r record) string {
		return object("text", dated(r)+"\n"+r.trace+"\n", "record", map[string]any{"message": whole(r), "level": map[string]any{"name": r.level, "no": 10},
			"name": r.logger, "time": map[string]any{"timestamp": float64(r.at.UnixMilli()) / 1000}, "line": 745})
	}), incidentVerdict, ""},
	{"structlog, key=value behind the logger", lines(incident, func(r record) string {
		return fmt.Sprintf("%s [%-9s] %-30s [%s] cp=CP-1 user=bob", r.at.Format(time.RFC3339Nano), strings.ToLower(r.level), r.message, r.logger)
	}), "server FAILED crash; client FAILED pong.echo", ""},
	{"structlog as JSON", noTrace(incident, func(r record) string {
		return object("event", r.message, "logger", r.logger, "level", "debug", "timestamp", r.at.Format(time.RFC3339), "exception", r.trace)
	}), incidentVerdict, ""},
	{"ECS", noTrace(incident, func(r record) string {
		return object("@timestamp", r.at.Format(time.RFC3339Nano), "message", r.message, "log", map[string]any{"level": r.level, "logger": r.logger},
			"error", map[string]any{"stack_trace": r.trace}, "ecs", map[string]any{"version": "1.6"})
	}), incidentVerdict, ""},
	{"journalctl -o json", noTrace(incident, func(r record) string {
		return object("__CURSOR", fmt.Sprintf("s=%d", r.at.UnixNano()), "__REALTIME_TIMESTAMP", fmt.Sprint(r.at.UnixMicro()), "MESSAGE", r.logger+": "+whole(r), "_PID", "4121",
			"SYSLOG_IDENTIFIER", "gw")
	}), incidentVerdict, ""},
	{"docker's JSON around python's JSON", noTrace(incident, func(r record) string {
		return object("log", object("message", whole(r), "name", r.logger, "asctime", r.at.Format("2006-01-02 15:04:05,000"))+"\n", "stream", "stderr", "time", r.at.Format(time.RFC3339Nano))
	}), incidentVerdict, ""},
	{"kubectl around JSON", eachLine(noTrace(incident, func(r record) string {
		return object("message", whole(r), "logger", r.logger, "severity", r.level)
	}), func(_ int, s string) string { return "[pod/gw-0/gw] " + s }), incidentVerdict, ""},
	{"syslog around logfmt", noTrace(incident, func(r record) string {
		return fmt.Sprintf("%s gw-7 gw[77]: time=%q level=%s logger=%s msg=%q", r.at.Format(time.Stamp), r.at.Format(time.RFC3339), strings.ToLower(r.level), r.logger, whole(r))
	}), incidentVerdict, ""},
	{"RFC 5424", eachLine(lines(incident, basic), func(i int, s string) string {
		return fmt.Sprintf("<134>1 2026-03-29T23:59:%02dZ gw-7 gw 77 - - %s", i%60, s)
	}), incidentVerdict, ""},
	{"CRI, as in /var/log/pods", eachLine(lines(incident, basic), func(i int, s string) string {
		return fmt.Sprintf("2026-03-29T23:59:%02d.123456789+02:00 stderr F %s", i%60, s)
	}), incidentVerdict, ""},
	{"docker compose around a date in another zone", eachLine(lines(incident, dated), func(_ int, s string) string { return "gateway-1  | " + s }), incidentVerdict, ""},
	{"two services of docker compose", interleave(
		eachLine(lines(incident, basic), func(_ int, s string) string { return "server  | " + s }),
		eachLine(lines(silent, basic), func(_ int, s string) string { return "client  | " + s })), incidentVerdict + "; " + silentVerdict, ""},
	{"CloudWatch, a document", func() string {
		var events []string
		for _, r := range incident {
			events = append(events, object("ingestionTime", r.at.UnixMilli()+7, "timestamp", r.at.UnixMilli(), "message", basic(r)+"\n"+r.trace))
		}
		return `{"events": [` + strings.Join(events, ",") + `], "nextForwardToken": "f/1"}`
	}(), incidentVerdict, ""},
	{"Google Cloud, a pretty document, newest first", func() string {
		var all []string
		for _, r := range incident {
			b, _ := json.MarshalIndent(map[string]any{"insertId": fmt.Sprint(r.at.UnixNano()), "timestamp": r.at.Format(time.RFC3339Nano),
				"jsonPayload": map[string]any{"message": whole(r), "logger": r.logger}, "resource": map[string]any{"labels": map[string]any{"pod_name": "gw-0"}}}, "", "  ")
			all = append([]string{string(b)}, all...)
		}
		return "[\n" + strings.Join(all, ",\n") + "\n]\n"
	}(), incidentVerdict, ""},
	{"Loki", func() string {
		var rows []string
		for _, r := range incident {
			rows = append(rows, fmt.Sprintf(`[%q, %s]`, fmt.Sprint(r.at.UnixNano()), mustJSON(basic(r)+"\n"+r.trace)))
		}
		return `{"status":"success","data":{"resultType":"streams","result":[{"stream":{"app":"gw"},"values":[` + strings.Join(rows, ",\n") + `]}]}}`
	}(), incidentVerdict, ""},
	{"Kibana's CSV", asCSV(',', incident), incidentVerdict, ""},
	{"a spreadsheet with semicolons", asCSV(';', incident), incidentVerdict, ""},
	{"tabs", asCSV('\t', incident), incidentVerdict, ""},
	{"rich, alone", asRich(incident), incidentVerdict, ""},
	{"colours of coloredlogs", lines(incident, func(r record) string {
		return fmt.Sprintf("\x1b[32m%s\x1b[0m \x1b[35mhost\x1b[0m \x1b[34m%s[77]\x1b[0m \x1b[1;30m%s\x1b[0m \x1b[32m%s\x1b[0m", r.at.Format(time.DateTime), r.logger, r.level, r.message)
	}), incidentVerdict, ""},
	{"colours as cat -v shows them", eachLine(lines(incident, basic), func(_ int, s string) string { return "^[[33m" + s + "^[[0m" }), incidentVerdict, ""},
	{"an answer to an answer to an e-mail", eachLine(lines(incident, basic), func(_ int, s string) string { return ">> " + s }), incidentVerdict, ""},
	{"an e-mail that broke long lines", eachLine(lines(records("websockets.server", "= connection is OPEN", "> PING 0d 90 0f 00 [binary, 4 bytes]", "< PONG 0d 90 0f [binary, 3 bytes]"),
		func(r record) string {
			return r.at.Format(time.RFC3339Nano) + " a-rather-long-host-name DEBUG " + r.logger + " " + r.message
		}), func(_ int, s string) string {
		return "> " + strings.Replace(s, " [bin", "\n> [bin", 1)
	}), "server OK; client FAILED pong.echo", ""},
	{"UTF-16, the other end first", utf16BE(lines(incident, basic)), incidentVerdict, ""},
	{"HTML in a table", eachLine(lines(incident, basic), func(_ int, s string) string {
		return "<tr><td>" + strings.NewReplacer("<", "&lt;", ">", "&gt;", "'", "&#39;", `"`, "&quot;").Replace(s) + "</td></tr>"
	}), incidentVerdict, ""},
	{"Windows line ends and a byte order mark", "\ufeff" + strings.ReplaceAll(lines(incident, dated), "\n", "\r\n"), incidentVerdict, ""},
	{"the place in square brackets behind the message", lines(incident, func(r record) string {
		return fmt.Sprintf("%s %s: %s [in /venv/lib/python3.11/site-packages/websockets/protocol.py:745]", r.at.Format(time.RFC3339), r.level, r.message)
	}), "server FAILED crash; client FAILED pong.echo", ""},
	{"a month by its name, 12 hours", lines(incident, func(r record) string {
		return fmt.Sprintf("%s - %s - %s - %s", r.at.Format("02-Jan-2006 03:04:05.000 PM"), r.logger, r.level, r.message)
	}), incidentVerdict, ""},
	{"seconds since 1970", lines(incident, func(r record) string {
		return fmt.Sprintf("%d.%03d [7] %s/%s %s", r.at.Unix(), r.at.Nanosecond()/1e6, r.level, r.logger, r.message)
	}), incidentVerdict, ""},
	{"newest first", reversed(lines(silent, dated)), silentVerdict, "gave up at 00:00:02.386"},
	{"over midnight", lines(silent, dated), silentVerdict, "its ping of 00:00:01.655"},
	{"a repr of a dict", noTrace(incident, func(r record) string {
		return fmt.Sprintf("{'level': '%s', 'logger': '%s', 'message': '%s'}", r.level, r.logger, strings.NewReplacer("'", `\'`, "\n", `\n`).Replace(whole(r)))
	}), incidentVerdict, ""},
	{"JSON cut by a limit of the line", eachLine(noTrace(silent, func(r record) string {
		return object("message", r.message, "name", r.logger, "z", strings.Repeat("x", 40))
	}), func(_ int, s string) string { return s[:len(s)-20] }), silentVerdict, "gave up"},
	{"two workers, their process ids", interleave(
		lines(silent, func(r record) string { return fmt.Sprintf("%s [77] %s", r.at.Format(time.DateTime), r.message) }),
		lines(silent, func(r record) string { return fmt.Sprintf("%s [78] %s", r.at.Format(time.DateTime), r.message) })), silentVerdict + "; " + silentVerdict, ""},
	{"a thread that reads and one that writes are one connection", strings.Join([]string{
		"00:00:01 140001 > PING 'aaaa1' [text, 5 bytes]", "00:00:02 140002 < PONG 'aaaa1' [text, 5 bytes]",
		"00:00:03 140001 > PING 'bbbb2' [text, 5 bytes]", "00:00:04 140002 < PONG 'bbbb2' [text, 5 bytes]",
		"00:00:05 140003 > TEXT 'x' [1 byte]", "00:00:06 140001 > PING 'cccc3' [text, 5 bytes]", "00:00:07 140002 < PONG 'cccc' [text, 4 bytes]"}, "\n"),
		"this end OK; the peer FAILED pong.echo", ""},
	{"a number for each line is no id", eachLine(lines(incident, func(r record) string { return r.logger + " " + r.message }), func(i int, s string) string {
		return fmt.Sprintf("%05d %s", i, s)
	}), incidentVerdict, ""},
	{"a name of the connection as a field", interleave(
		noTrace(silent, func(r record) string {
			return object("msg", r.message, "logger", r.logger, "conn", "north", "ts", r.at.UnixMilli())
		}),
		noTrace(silent, func(r record) string {
			return object("msg", r.message, "logger", r.logger, "conn", "south", "ts", r.at.UnixMilli())
		})),
		silentVerdict + "; " + silentVerdict, "gave up at 00:00:02.386"},
	{"websocket-client behind a prefix, its Ping not answered", strings.Join([]string{
		"2026-03-29 23:59:58 websocket DEBUG --- request header ---",
		`2026-03-29 23:59:58 websocket DEBUG ++Sent decoded: fin=1 opcode=9 data=b'k1'`,
		`2026-03-29 23:59:59 websocket DEBUG ++Rcv decoded: fin=1 opcode=1 data=b'hello'`,
		"2026-03-30 00:00:08 websocket ERROR ping/pong timed out - goodbye"}, "\n"), "client OK; server INFORMATIONAL", "the client gave up at 00:00:08 (line 4) because its ping of 23:59:58"},
	{"Java-WebSocket with text for payloads", strings.Join([]string{
		`12:00:01.001 [WebSocketWorker-15] TRACE o.j.WebSocketImpl - send frame: [Framedata{ opcode:PING, fin:true, rsv1:false, rsv2:false, rsv3:false, payload length:[pos:0, len:6], payload:ping-1}]`,
		`12:00:01.003 [WebSocketWorker-15] TRACE o.j.WebSocketImpl - matched frame: Framedata{ opcode:PONG, fin:true, rsv1:false, rsv2:false, rsv3:false, payload length:[pos:0, len:5], payload:ping-}`}, "\n"),
		"server OK; client FAILED pong.echo", ""},
	{"okhttp, the exception alone", "03-29 23:59:58.123  1234  5678 E WS: java.net.SocketTimeoutException: sent ping but didn't receive pong within 10000ms (after 3 successful ping/pongs)\n" +
		"\tat okhttp3.internal.ws.RealWebSocket.writePingFrame$okhttp(RealWebSocket.kt:505)\n", "client not observed; server not observed", "the client gave up at 23:59:58.123 (line 1)"},
	{"the exception of a client alone", "2026-02-05 12:10:21,160 WebSocketClient DEBUG: connection closed (ERR): sent 1011 (unexpected error) keepalive ping timeout; no close frame received\n",
		"this end not observed; the peer not observed", "gave up at 12:10:21.16 (line 1)"},
	{"the exception of an end whose peer gave up", "websockets.exceptions.ConnectionClosedError: received 1011 (internal error) keepalive ping timeout; then sent 1011 (internal error) keepalive ping timeout\n",
		"this end not observed; the peer not observed", "the peer gave up in line 1"},
	{"each Ping gets an empty Pong", strings.Join([]string{"= connection is OPEN", "> PING 'one1' [text, 4 bytes]", "< PONG '' [0 bytes]", "> PING 'two2' [text, 4 bytes]",
		"< PONG '' [0 bytes]", "> PING 'three' [text, 5 bytes]", "< PONG '' [0 bytes]", "> PING 'four' [text, 4 bytes]", "< PONG '' [0 bytes]"}, "\n"),
		"this end OK; the peer FAILED pong.echo", ""},
	{"milliseconds as payloads, one behind", strings.Join([]string{"= connection is OPEN", "> PING '1711756800123' [text, 13 bytes]", "< PONG '1711756800122' [text, 13 bytes]",
		"> PING '1711756801124' [text, 13 bytes]", "< PONG '1711756801124' [text, 13 bytes]"}, "\n"), "this end OK; the peer NON-STRICT", ""},
	{"shortened payloads that differ only in their length", strings.Join([]string{"= connection is OPEN",
		"> PING 41 41 41 41 41 41...42 42 42 42 [binary, 30 bytes]", "< PONG 41 41 41 41 41 41...42 42 42 42 [binary, 31 bytes]"}, "\n"), "this end OK; the peer NON-STRICT", ""},
	{"a package of the application's own named websockets", strings.Join([]string{"DEBUG:websockets.server:= connection is OPEN", "DEBUG:websockets.server:> TEXT 'x' [1 byte]",
		"ERROR:app:unexpected internal error", "Traceback (most recent call last):", `  File "/srv/app/websockets/handler.py", line 3, in work`, "    1/0", "ZeroDivisionError: division by zero"}, "\n"),
		"server OK; client OK", ""},
	{"data after the Close of another connection", strings.Join([]string{"> CLOSE 1011 (internal error) keepalive ping timeout [24 bytes]", "> TEXT 'x' [1 byte]"}, "\n"),
		"this end INFORMATIONAL; the peer OK", ""},
	{"a message of two megabytes in the old form", "server - state = OPEN\nserver < Frame(fin=True, opcode=1, data=b'" + strings.Repeat("\\x00y", 500000) + "', rsv1=False, rsv2=False, rsv3=False)\n" +
		"server > Frame(fin=True, opcode=9, data=b'abcd', rsv1=False)\nserver < Frame(fin=True, opcode=10, data=b'abc', rsv1=False)\n", "server OK; client FAILED pong.echo", ""},
	{"a first line that was cut", "[binary, 4 bytes]\n" + lines(silent, dated), silentVerdict, ""},
	{"two handlers, so that each message stands twice", noTrace(incident[:12], func(r record) string { return basic(r) + "\n" + dated(r) }), "server OK; client FAILED pong.echo", ""},
	{"Azure, with names in capitals", noTrace(incident, func(r record) string {
		return object("TimeGenerated", r.at.Format(time.RFC3339), "Message", whole(r), "Properties", map[string]any{"LoggerName": r.logger, "ProcessId": 7})
	}), incidentVerdict, ""},
	{"GELF", noTrace(incident, func(r record) string {
		return object("version", "1.1", "host", "gw-7", "short_message", r.message, "full_message", whole(r), "timestamp", float64(r.at.UnixMilli())/1000, "_logger_name", r.logger)
	}), "server FAILED crash; client FAILED pong.echo", ""},
	{"grep -n", eachLine(lines(incident, dated), func(i int, s string) string { return fmt.Sprintf("%d:%s", i+1, s) }), incidentVerdict, ""},
	{"a Pong that came after the time-out", strings.Join([]string{"12:00:00 = connection is OPEN", "12:00:03 < TEXT 'x' [1 byte]", "12:00:21 > PING 'k1k1' [text, 4 bytes]",
		"12:00:41 - timed out waiting for keepalive pong", "12:00:41 > CLOSE 1011 (internal error) keepalive ping timeout [24 bytes]", "12:00:44 < PONG 'k1k1' [text, 4 bytes]"}, "\n"),
		"this end OK; the peer OK", "gave up at 12:00:41 (line 4) because its ping of 12:00:21 (line 3) was not answered in time: its Pong came at 12:00:44 (line 6), too late; the peer had stopped sending at 12:00:03"},
	{"a thread for each connection of two, by its name", interleave(
		noTrace(silent, func(r record) string {
			return object("message", r.message, "threadName", "ws-north", "time", r.at.Format(time.RFC3339))
		}),
		noTrace(silent, func(r record) string {
			return object("message", r.message, "threadName", "ws-south", "time", r.at.Format(time.RFC3339))
		})), silentVerdict + "; " + silentVerdict, ""},
	{"tasks of asyncio are no ids", strings.Join([]string{
		"00:00:01 Task-4 > PING 'aaaa1' [text, 5 bytes]", "00:00:02 None < PONG 'aaaa1' [text, 5 bytes]", "00:00:03 Task-7 > TEXT 'x' [1 byte]",
		"00:00:04 Task-4 > PING 'bbbb2' [text, 5 bytes]", "00:00:05 None < PONG 'bbbb2' [text, 5 bytes]", "00:00:06 Task-4 > PING 'cccc3' [text, 5 bytes]",
		"00:00:07 None < PONG 'cccc' [text, 4 bytes]"}, "\n"), "this end OK; the peer FAILED pong.echo", ""},
	{"markdown around it, and words before", "Here is my log:\n\n```\n" + lines(incident, dated) + "```\n\nAny idea?\n", incidentVerdict, ""},
	{"aws logs tail", eachLine(lines(incident, basic), func(i int, s string) string {
		return fmt.Sprintf("2026-03-29T23:59:%02d.987000+00:00 app/web/3f2a9d0c1b7e4d6f8a9b0c1d2e3f4a5b %s", i%60, s)
	}), incidentVerdict, ""},
	{"supervisor and a bracket of everything", lines(incident, func(r record) string {
		return fmt.Sprintf("[%s][%s][%s][pid=12][protocol.py:745] %s", r.at.Format("2006/01/02 15:04:05.000"), r.level, r.logger, r.message)
	}), incidentVerdict, ""},
	{"the thread in brackets behind the message", lines(incident[:12], func(r record) string {
		return fmt.Sprintf("%s - %s - %s - %s [MainThread]", r.at.Format(time.RFC3339), r.logger, r.level, r.message)
	}), "server OK; client FAILED pong.echo", ""},
	{"words behind each Ping and Pong, and a message without them", "= connection is OPEN\n> PING 'a b' [text, 3 bytes] conn=1 user=\"x\"\n< PONG 'a b' [text, 3 bytes] conn=1\n> TEXT 'x' [1 byte]\n",
		"this end not observed; the peer not observed", "2 of 3 frames cannot be read"},
	{"a protocol of an application, on Windows, and the library's", strings.Join([]string{"[2026-03-02 10:00:00] ERROR asyncio: Fatal error: protocol.data_received() call failed.",
		"protocol: <app.websockets.Protocol object at 0x7f>", "Traceback (most recent call last):", `  File "C:\venv\Lib\site-packages\websockets\asyncio\connection.py", line 753, in acknowledge_pings`,
		"    pong_waiter.set_result(latency)", "asyncio.exceptions.InvalidStateError: invalid state"}, "\n"), "this end FAILED crash; the peer not observed", "InvalidStateError"},
	{"uvicorn's own code is not the library's", strings.Join([]string{"DEBUG:    = connection is OPEN", "DEBUG:    > TEXT 'x' [1 byte]", "ERROR:    data transfer failed", "Traceback (most recent call last):",
		`  File "/venv/lib/python3.11/site-packages/uvicorn/protocols/websockets/websockets_impl.py", line 3, in f`, "    1/0", "ZeroDivisionError: division by zero"}, "\n"),
		"this end OK; the peer OK", ""},
	{"socket.io", "socket.io-parser encoding packet {\"type\":2} +1ms\n", "refused", "Socket.IO"},
	{"gzip", "\x1f\x8b\x08\x00\x00\x00\x00\x00", "refused", "gzip -dc"},
	{"nginx", `10.0.0.1 - - [29/Mar/2026:23:59:58 +0000] "GET /ws HTTP/1.1" 101 0` + "\n", "refused", "access log"},
}

func mustJSON(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// TestVariations judges the same few conversations in shapes that no file of testdata has.
func TestVariations(t *testing.T) {
	for _, v := range variations {
		t.Run(strings.ReplaceAll(v.name, " ", "-"), func(t *testing.T) {
			if got := verdictsOf(v.log); got != v.verdicts {
				t.Errorf("want %s, got %s\n%s\n%.1500s", v.verdicts, got, judged(v.log), v.log)
			}
			if text := judged(v.log); !strings.Contains(text, v.says) {
				t.Errorf("want a text that says %q, got\n%s", v.says, text)
			}
		})
	}
}
