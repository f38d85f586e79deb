package wslog

import (
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/frame"
)

// The forms in which the library prints a frame are those of Frame.__str__ in its
// frames.py (10.0 and later) and of the repr of a named tuple (before).

var (
	sizeForm  = regexp.MustCompile(`\[(?:(?:text|binary), )?\d+ bytes?(?:, continued)?\]`)
	metaForm  = regexp.MustCompile(`^(?:(?:text|binary), )?(\d{1,15}) bytes?(, continued)?\]$`)
	closeForm = regexp.MustCompile(`^(\d{1,5}) \([^)]*\)(?: (.*))?$`)
	opForm    = regexp.MustCompile(`\bopcode=(?:<Opcode\.\w+: )?(\d{1,2})\b`)
	dataForm  = regexp.MustCompile(`\bdata=(?:bytearray\()?b`)
)

// parseFrame parses a frame in the form of newer releases:
// "PING 0d 90 0f 00 [binary, 4 bytes]".
func parseFrame(s string) (f Frame, ok bool) {
	name, rest, _ := strings.Cut(s, " ")
	f.Opcode, ok = opcodeNames[name]
	at := strings.LastIndex(rest, " [")
	if !ok || at < 0 {
		return f, false
	}
	meta := metaForm.FindStringSubmatch(strings.TrimRight(rest[at+2:], " \r"))
	if meta == nil {
		return f, false
	}
	f.NoFin = meta[2] != ""
	n, _ := strconv.Atoi(meta[1]) // 15 digits at most
	body := rest[:at]
	switch {
	case !f.Opcode.Control():
		f.Data = Pattern{Len: n}
	case f.Opcode == frame.Close && closeForm.MatchString(body):
		f.Data = parseClosePayload(closeForm.FindStringSubmatch(body), n)
	default:
		f.Data, ok = parsePayload(body, n)
	}
	return f, ok
}

// parseClosePayload returns the payload that is printed as "1000 (OK) reason". An empty
// payload is printed as 1005, which no frame carries (RFC 6455 section 7.4.1).
func parseClosePayload(m []string, n int) Pattern {
	code, err := strconv.ParseUint(m[1], 10, 16)
	if n < 2 || err != nil {
		return Pattern{Len: n}
	}
	head := string([]byte{byte(code >> 8), byte(code)})
	if len(m[2]) == n-2 {
		return Pattern{Head: head + strings.Clone(m[2]), Len: n}
	}
	return Pattern{Head: head, Len: n}
}

// parsePayload returns the payload of n bytes that is printed as body: a Python string, or
// bytes in hexadecimal, perhaps with "..." in the middle.
func parsePayload(body string, n int) (Pattern, bool) {
	switch {
	case n == 0:
		return Pattern{}, body == "''"
	case body != "" && (body[0] == '\'' || body[0] == '"'):
		return dropImpossible(parseTextPayload(body, n)), true
	}
	p, ok := parseHexPayload(body, n)
	return dropImpossible(p), ok
}

// dropImpossible keeps only the length of a pattern that shows more bytes than it has.
func dropImpossible(p Pattern) Pattern {
	if len(p.Head)+len(p.Tail) > p.Len {
		return Pattern{Len: p.Len}
	}
	return p
}

// logSize is the size to which newer releases shorten a payload, unless the environment
// variable WEBSOCKETS_MAX_LOG_SIZE says otherwise.
const logSize = 75

// parseTextPayload returns the payload that is printed as a string. A shortened one has 2n
// characters, "..." and n characters, quotes included. An escape may be cut.
func parseTextPayload(body string, n int) Pattern {
	runes := []rune(body)
	cut := len(runes)/3 - 1
	shortened := cut > 0 && len(runes)%3 == 0 && string(runes[2*cut:2*cut+3]) == "..."
	s, ok := unquoteLiteral(body, false)
	if ok && len(s) == n && !(shortened && len(runes) == logSize) {
		return Pattern{Head: strings.Clone(s), Len: n}
	}
	if !shortened {
		return Pattern{Len: n}
	}
	head, _ := unescapeRepr(string(runes[1:2*cut]), false)
	return Pattern{Head: head, Tail: unescapeTail(string(runes[2*cut+3 : len(runes)-1])), Len: n}
}

// parseHexPayload returns the payload that is printed in hexadecimal. A byte may be cut in
// halves. Fewer than n bytes without "..." prove only the length: at some log sizes the
// library puts two zero bytes in place of the middle.
func parseHexPayload(body string, n int) (Pattern, bool) {
	first, last, shortened := strings.Cut(body, "...")
	a, b := strings.Fields(first), strings.Fields(last)
	if shortened && len(a) > 0 && len(a[len(a)-1]) == 1 {
		a = a[:len(a)-1]
	}
	if shortened && len(b) > 0 && len(b[0]) == 1 {
		b = b[1:]
	}
	head, err1 := hex.DecodeString(strings.Join(a, ""))
	tail, err2 := hex.DecodeString(strings.Join(b, ""))
	switch {
	case err1 != nil || err2 != nil || body == "":
		return Pattern{}, false
	case !shortened && len(head) != n:
		return Pattern{Len: n}, true
	case shortened && len(head) == n:
		return Pattern{Len: n}, true
	}
	return Pattern{Head: string(head), Tail: string(tail), Len: n}, true
}

// parseTuple parses a frame in the form of older releases:
// "Frame(fin=True, opcode=9, data=b'\r\x90', rsv1=False, ...)". The reserved bits are
// left out: extensions clear theirs before the library logs the frame.
func parseTuple(s string) (f Frame, ok bool) {
	at := dataForm.FindStringIndex(s)
	if at == nil {
		return f, false
	}
	size := literalEnd(s[at[1]:])
	data, ok := unquoteLiteral(s[at[1]:at[1]+size], true)
	fields := s[:at[0]] + s[at[1]+size:]
	op := opForm.FindStringSubmatch(fields)
	if !ok || op == nil || !strings.Contains(s[at[1]+size:], ")") {
		return f, false
	}
	n, _ := strconv.Atoi(op[1])
	f.Opcode = frame.Opcode(n)
	f.NoFin = strings.Contains(fields, "fin=False")
	f.Data = Pattern{Len: len(data)}
	if f.Opcode.Control() {
		f.Data.Head = strings.Clone(data[:min(len(data), 2*frame.MaxControl)])
	}
	return f, opcodeName(f.Opcode) != "?"
}
