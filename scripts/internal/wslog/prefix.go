package wslog

import (
	"regexp"
	"strconv"
	"strings"
)

// A column is a word of a line's prefix that may tell connections apart: a process, a
// thread, a pod, an id. Words of the same sort are numbered from the left.
type column struct {
	label string // number1, uuid2, or the name of a field
	value string
}

// token is a word of a prefix.
type token struct {
	text string
	time bool // it is a date, a time of day, or a part of one
}

var (
	places   = regexp.MustCompile(`^[\w./\\<>-]+\.(?:pyc?|js|ts|java|kt|go|rb|cs|c|cc|cpp|rs):\d+:?$|^[\w.]+:\w+:\d+$`)
	uuidForm = regexp.MustCompile(`^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$`)
	addrForm = regexp.MustCompile(`^(?:\d{1,3}\.){3}\d{1,3}:\d+$`)
)

// isMonth reports whether a word begins with the name of a month.
func isMonth(s string) bool {
	return len(s) >= 3 && len(s) <= 9 && strings.Contains("jan feb mar apr may jun jul aug sep oct nov dec", strings.ToLower(s[:3])) && isLetters(s)
}

func isLetters(s string) bool {
	for i := range len(s) {
		if c := s[i] | 0x20; c < 'a' || c > 'z' {
			return false
		}
	}
	return s != ""
}

// tokensOf splits a prefix into words. A comma inside a number belongs to it:
// "20:34:02,480".
func tokensOf(s string) []token {
	var all []token
	start := 0
	add := func(end int) {
		if start < end {
			t := strings.TrimRight(s[start:end], ":.-")
			if t != "" {
				all = append(all, token{text: t, time: looksLikeTime(t)})
			}
		}
		start = end + 1
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ',' && i > start && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1]) && strings.Contains(s[start:i], ":"):
		case strings.IndexByte(" \t,|[](){}<>\"';", c) >= 0:
			add(i)
		}
	}
	add(len(s))
	for i := range all { // the day beside a month, and the year
		if !isMonth(all[i].text) {
			continue
		}
		all[i].time = true
		for _, j := range []int{i - 1, i + 1, i + 2} {
			if j >= 0 && j < len(all) && isNumber(all[j].text) && len(all[j].text) <= 4 && (j != i+2 || len(all[j].text) == 4) {
				all[j].time = true
			}
		}
	}
	return all
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isNumber(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// looksLikeTime reports whether a word is a date, a time of day, or seconds.
func looksLikeTime(s string) bool {
	if isNumber(s) {
		_, ok := epochSeconds(s)
		return ok
	}
	if m := strings.SplitN(s, "/", 3); len(m) == 3 && isMonth(m[1]) {
		s = m[0] + "/" + m[2] // 30/Nov/2026:20:34:13
	}
	digits := 0
	for i := range len(s) {
		switch c := s[i]; {
		case isDigit(c):
			digits++
		case strings.IndexByte(":.,-/+TZs", c) < 0:
			return false
		}
	}
	return digits > 0 && !addrForm.MatchString(s)
}

// epochSeconds returns the Unix time that s counts, in seconds, milliseconds, microseconds
// or nanoseconds, if it is of these years: 2001 to 2065.
func epochSeconds(s string) (float64, bool) {
	scale := map[int]float64{10: 1, 13: 1e3, 16: 1e6, 19: 1e9}[len(s)]
	if scale == 0 || s[0] < '1' || s[0] > '2' {
		return 0, false
	}
	n, err := strconv.ParseFloat(s, 64)
	return n / scale, err == nil
}

// noColumn has the names of fields that say nothing about a connection.
var noColumn = map[string]bool{"level": true, "lvl": true, "levelname": true, "levelno": true, "no": true, "severity": true, "logger": true, "name": true, "ts": true,
	"time": true, "timestamp": true, "msg": true, "message": true, "file": true, "func": true, "function": true, "funcname": true, "line": true, "lineno": true,
	"module": true, "filename": true, "pathname": true, "caller": true, "src": true, "source": true, "stream": true, "seq": true, "offset": true,
	"msecs": true, "created": true, "relativecreated": true, "priority": true, "insertid": true, "version": true, "@version": true, "v": true,
	"dt": true, "t": true, "date": true}

// columnsOf returns the columns of a prefix.
func columnsOf(prefix string) []column {
	var all []column
	count := map[string]int{}
	for _, t := range tokensOf(prefix) {
		key, value, isField := strings.Cut(t.text, "=")
		sort := ""
		switch {
		case t.time, levels[strings.ToUpper(t.text)], strings.Contains(t.text, ":") && places.MatchString(t.text):
			continue
		case isField && key != "" && value != "":
			if !noColumn[strings.ToLower(key)] && !looksLikeTime(value) {
				all = append(all, column{"." + key, value})
			}
			continue
		case uuidForm.MatchString(t.text):
			sort = "uuid"
		case strings.HasPrefix(t.text, "0x"):
			sort = "object"
		case addrForm.MatchString(t.text):
			sort = "addr"
		case isNumber(t.text):
			sort = "number"
		case strings.Contains(t.text, "/"):
			sort = "path"
		case strings.ContainsAny(t.text, "0123456789"):
			sort = "word"
		default:
			continue
		}
		count[sort]++
		all = append(all, column{sort + strconv.Itoa(count[sort]), t.text})
	}
	return all
}
