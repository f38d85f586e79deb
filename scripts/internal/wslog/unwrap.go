package wslog

import (
	"encoding/csv"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// unwrapLine returns the lines that a program logged, out of one line of a file in which a
// tool wrapped them. What can be read as it stands is left alone, since its payloads may
// look like any wrapper.
func unwrapLine(s string) []string { return unwrapNested(s, 0) }

// maxWraps bounds how many wrappers are around each other.
const maxWraps = 5

func unwrapNested(s string, depth int) []string {
	if depth > maxWraps {
		return []string{s}
	}
	if lines := unwrapJSON(s, depth); lines != nil {
		return lines
	}
	if l := sortLine(s); l.kind != otherLine && l.kind != tornLine {
		return []string{s}
	}
	if !mayShow(s) {
		return []string{s}
	}
	for _, unwrap := range [...]func(string, int) []string{unwrapHTML, unwrapSyslog, unwrapField, unwrapCSV} {
		if lines := unwrap(s, depth); lines != nil {
			return lines
		}
	}
	return []string{s}
}

// mayShow reports whether a line can have a message inside a wrapper: it has a mark with a
// blank behind it, or words or escapes that a wrapper would have to be undone for.
func mayShow(s string) bool {
	return strings.ContainsAny(s, "&#") || strings.Contains(s, "</") || strings.Contains(s, "call failed") || strings.Contains(s, `\u003`) ||
		slices.ContainsFunc(blankMarks, func(m string) bool { return strings.Contains(s, m) })
}

var blankMarks = []string{"> ", "< ", "= ", "% ", "! ", "- ", "++", "frame: "}

// tag matches a tag of HTML.
var tag = regexp.MustCompile(`</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>`)

// unwrapHTML undoes the tags and the escapes of a page: "<td>&gt; PING</td>".
func unwrapHTML(s string, depth int) []string {
	plain := s
	if strings.Contains(s, "</") {
		plain = tag.ReplaceAllString(s, "")
	}
	if strings.Contains(s, "&") {
		plain = html.UnescapeString(plain)
	}
	if len(plain) >= len(s) {
		return nil
	}
	return unwrapNested(plain, depth+1)
}

// unwrapSyslog undoes the escapes by which rsyslog and others keep a message in one line.
func unwrapSyslog(s string, _ int) []string {
	if !strings.Contains(s, "#012") {
		return nil
	}
	return strings.Split(strings.ReplaceAll(s, "#011", "\t"), "#012")
}

// messageField matches the beginning of a quoted message: msg="..., "message": "..., as in
// logfmt, in a dict of Python and in JSON that is torn.
var messageField = regexp.MustCompile(`(?i)\b(?:msg|message|log|event|text|body|line|content)\\?["']?(?:=|: ?)(\\?["'])`)

// fieldMarks are in everything that messageField matches.
var fieldMarks = []string{`="`, `='`, `":`, `':`, `: "`, `: '`, `=\"`, `:\"`, `:"`, `:'`}

// unwrapField returns the message that is quoted as a field, behind what stands before it.
func unwrapField(s string, _ int) []string {
	if !slices.ContainsFunc(fieldMarks, func(w string) bool { return strings.Contains(s, w) }) {
		return nil
	}
	m := messageField.FindStringSubmatchIndex(s)
	if m == nil {
		return nil
	}
	quote := s[m[2]:m[3]]
	text := unescapeField(s[m[3]:], quote)
	if text == "" {
		return nil
	}
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	lines[0] = strings.TrimRight(s[:m[0]], "\"'{ ") + " " + lines[0]
	return lines
}

// fieldEscapes has what follows a backslash in quoted fields.
var fieldEscapes = map[byte]string{'n': "\n", 't': "\t", 'r': "", '"': `"`, '\'': "'", '\\': `\`, '/': "/"}

// unescapeField returns the text up to the quote that ends it.
func unescapeField(s, quote string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if strings.HasPrefix(s[i:], quote) {
			return b.String()
		}
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		if text, ok := fieldEscapes[s[i]]; ok {
			b.WriteString(text)
		} else if r, ok := hexRune(s[i:]); ok {
			b.WriteRune(r)
			i += 4
		} else {
			b.WriteString(s[i-1 : i+1])
		}
	}
	return b.String() // its end is cut off
}

// hexRune returns the character of an escape like u003e.
func hexRune(s string) (rune, bool) {
	if len(s) < 5 || s[0] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(s[1:5], 16, 16)
	return rune(n), err == nil
}

// unwrapCSV returns the message in a row of quoted values, behind the others.
func unwrapCSV(s string, _ int) []string {
	if !strings.HasPrefix(s, `"`) && !strings.Contains(s, `,"`) && !strings.Contains(s, "\t\"") && !strings.Contains(s, `;"`) {
		return nil
	}
	for _, comma := range ",;\t" {
		r := csv.NewReader(strings.NewReader(s))
		r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
		fields, err := r.Read()
		if err != nil || len(fields) < 2 {
			continue
		}
		for i, f := range fields[:min(len(fields), maxFields)] {
			lines := strings.Split(strings.TrimRight(f, "\n"), "\n")
			if l := sortLine(lines[0]); l.kind == otherLine || l.kind == tornLine {
				if _, crash := crashPlace(lines[0]); !crash {
					continue
				}
			}
			others := append(append([]string{}, fields[:i]...), fields[i+1:]...)
			lines[0] = strings.Join(others, " | ") + " | " + lines[0]
			return lines
		}
	}
	return nil
}
