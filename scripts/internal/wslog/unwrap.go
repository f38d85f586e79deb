package wslog

import (
	"encoding/csv"
	"html"
	"regexp"
	"strings"
)

// unwrapLine returns the lines that a program logged, out of one line of a file in which a
// tool wrapped them. What can be read as it stands is left alone, since its payloads may
// look like any wrapper.
func unwrapLine(s string) []string {
	if lines := unwrapJSON(s); lines != nil {
		return lines
	}
	if l := sortLine(s); l.kind != otherLine && l.kind != tornLine {
		return []string{s}
	}
	for _, unwrap := range [...]func(string) []string{unwrapHTML, unwrapSyslog, unwrapField, unwrapCSV} {
		if lines := unwrap(s); lines != nil {
			return lines
		}
	}
	return []string{s}
}

// unwrapHTML undoes the escapes of a page: "&gt; PING".
func unwrapHTML(s string) []string {
	if !strings.Contains(s, "&") {
		return nil
	}
	plain := html.UnescapeString(s)
	if plain == s {
		return nil
	}
	return unwrapLine(plain) // it is shorter
}

// unwrapSyslog undoes the escapes by which rsyslog and others keep a message in one line.
func unwrapSyslog(s string) []string {
	if !strings.Contains(s, "#012") {
		return nil
	}
	return strings.Split(strings.ReplaceAll(s, "#011", "\t"), "#012")
}

// messageField matches the beginning of a quoted message: msg="..., "message": "..., as in
// logfmt, in a dict of Python and in JSON that is torn.
var messageField = regexp.MustCompile(`\b(?:msg|message|log|event|text|MESSAGE|body|line|content)\\?["']?(?:=|: ?)(\\?["'])`)

// unwrapField returns the message that is quoted as a field, behind what stands before it.
func unwrapField(s string) []string {
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
		if s[i] == '\\' && i+1 < len(s) {
			if text, ok := fieldEscapes[s[i+1]]; ok {
				b.WriteString(text)
				i++
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String() // its end is cut off
}

// unwrapCSV returns the message in a row of quoted values, behind the others.
func unwrapCSV(s string) []string {
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
		for i, f := range fields {
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
