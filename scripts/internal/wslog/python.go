package wslog

import (
	"regexp"
	"strconv"
	"strings"
)

// simpleEscapes are the escapes of one character that Python's repr writes.
var simpleEscapes = map[byte]byte{'\\': '\\', '\'': '\'', '"': '"', 'n': '\n', 'r': '\r', 't': '\t'}

// hexEscapes are the lengths of the others.
var hexEscapes = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// unescape undoes the escapes of Python's repr, of bytes or of a string, which
// becomes UTF-8. If an escape is cut off or unknown it stops before it and reports
// false.
func unescape(s string, bytes bool) (string, bool) {
	if strings.IndexByte(s, '\\') < 0 {
		return s, true
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' {
			b.WriteByte(s[i])
			continue
		}
		if i++; i == len(s) {
			return b.String(), false
		}
		if c, ok := simpleEscapes[s[i]]; ok {
			b.WriteByte(c)
			continue
		}
		n := hexEscapes[s[i]]
		if n == 0 || len(s)-i-1 < n {
			return b.String(), false
		}
		v, err := strconv.ParseUint(s[i+1:i+1+n], 16, 32)
		if err != nil {
			return b.String(), false
		}
		if i += n; bytes {
			b.WriteByte(byte(v))
		} else {
			b.WriteRune(rune(v))
		}
	}
	return b.String(), true
}

// unquote is the value of a whole literal in quotes.
func unquote(s string, bytes bool) (string, bool) {
	if len(s) < 2 || s[0] != '\'' && s[0] != '"' || s[len(s)-1] != s[0] {
		return "", false
	}
	return unescape(s[1:len(s)-1], bytes)
}

// literalEnd is the length of the literal in quotes that s begins with, or 0.
func literalEnd(s string) int {
	if s == "" || s[0] != '\'' && s[0] != '"' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			return i + 1
		}
	}
	return 0
}

// cutEscape is what the rest of an escape can look like, whose beginning was cut
// away with the middle of a payload: at most this much, and perhaps less.
var cutEscape = regexp.MustCompile(`^\\*[xuUnrt'"]?[0-9a-f]{0,8}`)

// afterCut is what surely stands at the end of a string whose middle was cut away
// before s.
func afterCut(s string) string {
	tail, ok := unescape(s[len(cutEscape.FindString(s)):], false)
	if !ok {
		return ""
	}
	return tail
}
