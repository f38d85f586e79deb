package wslog

import (
	"bytes"
	"regexp"
	"strings"
)

// sample tells what a file is that has no frame which can be read, and what to do.
type sample struct {
	form *regexp.Regexp
	name string
}

const (
	onlyReceived  = "it names what was received, not what was sent, so nobody can be judged by it"
	captureAdvice = "a capture needs the other end's log: record one at an end that prints frames (see pongcheck help logs)"
)

// samples are looked for in lines that say nothing else, the most telling first.
var samples = []sample{
	{regexp.MustCompile(`\bWebSocket\b.* (?:Ping|Pong|Text|Binary|Connection Close)\b.*\[FIN\]|^\s*\[Protocols in frame: |^Frame \d+: \d+ bytes on wire`),
		"this is a printout of tshark or Wireshark, whose packets cannot be read; " + captureAdvice},
	{regexp.MustCompile(`IP6? \S+ > \S+: Flags \[`), "this is a printout of tcpdump, which shows packets and no frames; " + captureAdvice},
	{regexp.MustCompile(`WSMessage\(type=|\baiohttp\.`), "this is output of aiohttp, which logs no frames; " + onlyReceived +
		"; log at the other end, or print the frames yourself (see pongcheck help logs)"},
	{regexp.MustCompile(`\btrio-websocket\b|\b(?:client|server)-\d+ (?:received event: |ping b['"]|pong (?:\[skipped\] )?b['"]|sending \d+ bytes)`), "this is a log of trio-websocket; " + onlyReceived +
		"; log at the other end, or print the frames yourself (see pongcheck help logs)"},
	{regexp.MustCompile(`^(?:NET|HTTP|HTTPS|STREAM|TLS|UNDICI|WEBSOCKET|FETCH) \d+: `), "this is a log of Node (NODE_DEBUG), which shows sockets and no frames; the library ws logs none: " +
		"print pings and Pongs with the lines in pongcheck help logs"},
	{regexp.MustCompile(`\b(?:engine|engine\.io|socket\.io)[\w:-]*\b.*\bpacket\b|socket\.io-parser`), "this is a log of Socket.IO, whose pings are messages of its own and no WebSocket Pings"},
	{regexp.MustCompile(`\bLWS_CALLBACK_|lws_\w+: `), "this is a log of libwebsockets, which shows no payloads; " + captureAdvice},
	{regexp.MustCompile(`\bMicrosoft\.AspNetCore\.|\bSystem\.Net\.WebSockets\b`), "this is a log of .NET, which shows no frames; log at the other end"},
	{regexp.MustCompile(`\bokhttp3?[./]`), "this is a log of okhttp, which shows no frames; log at the other end"},
	{regexp.MustCompile(`org\.java_websocket`), "this is a log of Java-WebSocket without frames: set the level of org.java_websocket to TRACE"},
	{regexp.MustCompile(`[<>] ?P[IO]NG :\S|\bPRIVMSG #|:\S+ (?:001|353|PONG) `), "this is the traffic of IRC, whose PING and PONG are no WebSocket frames"},
	{regexp.MustCompile(`\bPING(?:REQ|RESP)\b`), "this is a log of MQTT, whose PINGREQ and PINGRESP are no WebSocket frames"},
	{regexp.MustCompile(`\d+ bytes from \S+: (?:icmp_)?seq`), "this is the output of the command ping, which sends no WebSocket frames"},
	{regexp.MustCompile(`^\S+ \S+ \S+ \[[^\]]+\] "[A-Z]+ \S+ HTTP/`), "this is an access log, which shows requests and no frames"},
	{regexp.MustCompile(`\[debug\] \d+#\d+: `), "this is a debug log of nginx, which shows no frames; log at an end"},
	{regexp.MustCompile(`\+\+(?:Sent|Rcv) raw|^send: b?['"]\\x`), "this is a trace of an old websocket-client; update it to 1.4 or later, and call websocket.enableTrace(True)"},
	{regexp.MustCompile(`websockets\.(?:server|client|protocol)|server listening on|connection open$`),
		`it has lines of python-websockets, but no frames: record it after logging.getLogger("websockets").setLevel(logging.DEBUG)`},
	{regexp.MustCompile(`\buvicorn\b|^(?:INFO|TRACE): {4,}`), "this is a log of uvicorn without frames: start it with --ws websockets --log-level debug"},
}

// guesses remember what lines and objects look like that say nothing else.
type guesses struct {
	best  int // index of the sample + 1, 0: none
	har   bool
	lines int
}

// maxGuesses bounds the lines that are looked at.
const maxGuesses = 2000

// noteLine looks at a line without a message.
func (g *guesses) noteLine(s string) {
	if g.best == 1 || g.lines >= maxGuesses {
		return
	}
	g.lines++
	s = s[:min(len(s), 2000)]
	for i := range samples {
		if (g.best == 0 || i+1 < g.best) && samples[i].form.MatchString(s) {
			g.best = i + 1
			return
		}
	}
}

// noteObject looks at an object of JSON without a message.
func (g *guesses) noteObject(f fields) {
	for name := range f {
		if strings.HasPrefix(name, "log.creator.") || name == "creator.name" || strings.HasPrefix(name, "request.") && f["response.status"] != "" {
			g.har = true
		}
	}
}

// String says what the file is, or at least what is wanted.
func (g *guesses) String() string {
	switch {
	case g.har:
		return "this is a HAR file, which has messages and no control frames: export a net log instead (chrome://net-export)"
	case g.best > 0:
		return samples[g.best-1].name
	}
	return `it ends here without any frame: record it after logging.getLogger("websockets").setLevel(logging.DEBUG); pongcheck help logs has other libraries`
}

// binaries are the beginnings of files that are no text.
var binaries = []struct{ begin, name string }{
	{"\xd4\xc3\xb2\xa1", capture}, {"\xa1\xb2\xc3\xd4", capture}, {"\x4d\x3c\xb2\xa1", capture}, {"\xa1\xb2\x3c\x4d", capture}, {"\x0a\x0d\x0d\x0a", capture},
	{"\x1f\x8b", "this is a gzip file: gzip -dc FILE | pongcheck judge -"},
	{"BZh", "this is a bzip2 file: bzip2 -dc FILE | pongcheck judge -"},
	{"\xfd7zXZ", "this is an xz file: xz -dc FILE | pongcheck judge -"},
	{"\x28\xb5\x2f\xfd", "this is a zstd file: zstd -dc FILE | pongcheck judge -"},
	{"PK\x03\x04", "this is a zip archive: unzip -p FILE | pongcheck judge -"},
	{"LPKSHHRH", "this is a binary journal: journalctl --file FILE -o cat | pongcheck judge -"},
	{"%PDF", "this is a PDF: save the log as text"},
	{"\x89PNG", "this is a picture: copy the log as text"}, {"\xff\xd8\xff", "this is a picture: copy the log as text"},
}

const capture = "this is a capture of packets (pcap), which cannot be read; " + captureAdvice

// nameBinary names a file that is no text by its beginning; of text it returns "".
func nameBinary(begin []byte) string {
	for _, b := range binaries {
		if bytes.HasPrefix(begin, []byte(b.begin)) {
			return b.name
		}
	}
	return ""
}
