package wslog

import (
	"regexp"
	"strings"
)

// told is a sentence by which a library says that a keepalive gave up.
type told struct {
	library string
	byPeer  bool // the peer's gave up, and said so in its Close
	role    string
	form    *regexp.Regexp
}

// keepaliveSentences are printed where an exception or an event is, often without any frame.
var keepaliveSentences = []told{
	{"python-websockets", false, "", regexp.MustCompile(`sent 1011 \([^)]*\) keepalive ping timeout`)},
	{"python-websockets", true, "", regexp.MustCompile(`received 1011 \([^)]*\) keepalive ping timeout`)},
	{"Go", true, "", regexp.MustCompile(`close 1011 \([^)]*\): keepalive ping timeout`)},
	{"websocket-client", false, "client", regexp.MustCompile(`\bping/pong timed out\b`)},
	{"okhttp", false, "client", regexp.MustCompile(`sent ping but didn't receive pong within \d+ms \(after \d+ successful ping/pongs\)`)},
	{"Java-WebSocket", false, "", regexp.MustCompile(`other endpoint did not respond with a pong in time|Closing connection due to no pong received`)},
	{".NET", false, "", regexp.MustCompile(`didn't receive a Pong frame in response to a Ping frame within the configured KeepAliveTimeout`)},
	{"aiohttp", false, "", regexp.MustCompile(`No PONG received after [\d.]+ seconds`)},
}

// findTold returns the sentence in a line that tells of a keepalive, or nil.
func findTold(s string) (*told, string) {
	if !strings.Contains(s, "ping") && !strings.Contains(s, "pong") && !strings.Contains(s, "Pong") && !strings.Contains(s, "PONG") {
		return nil, ""
	}
	var best *told
	at := [2]int{}
	for i := range keepaliveSentences { // "received ...; then sent ..." is about the first
		t := &keepaliveSentences[i]
		if m := t.form.FindStringIndex(s); m != nil && (best == nil || m[0] < at[0]) {
			best, at = t, [2]int(m)
		}
	}
	return best, s[at[0]:at[1]]
}
