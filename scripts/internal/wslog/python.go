package wslog

import (
	"regexp"
	"strconv"
	"strings"
)

// simpleEscapes has the one-character escapes that Python's repr writes.
var simpleEscapes = map[byte]byte{'\\': '\\', '\'': '\'', '"': '"', 'n': '\n', 'r': '\r', 't': '\t'}

// hexEscapes has the number of digits of the others.
var hexEscapes = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// unescapeRepr undoes the escapes of Python's repr, of bytes or of a string. A string
// becomes UTF-8. Before an escape that is cut off or unknown it stops and returns false.
func unescapeRepr(s string, bytes bool) (string, bool) {
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

// unquoteLiteral returns the value of a whole literal in quotes.
func unquoteLiteral(s string, bytes bool) (string, bool) {
	if len(s) < 2 || s[0] != '\'' && s[0] != '"' || s[len(s)-1] != s[0] {
		return "", false
	}
	return unescapeRepr(s[1:len(s)-1], bytes)
}

// literalEnd returns the length of the literal in quotes that s begins with, or 0.
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

// cutEscape matches the most that can be left of an escape whose beginning was cut away
// with the middle of a payload.
var cutEscape = regexp.MustCompile(`^\\*[xuUnrt'"]?[0-9a-f]{0,8}`)

// unescapeTail returns the certain end of a string that was cut before s.
func unescapeTail(s string) string {
	tail, ok := unescapeRepr(s[len(cutEscape.FindString(s)):], false)
	if !ok {
		return ""
	}
	return tail
}
