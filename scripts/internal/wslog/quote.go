package wslog

import (
	"bytes"
	"strings"
)

// isQuoted reports whether a file that begins so is quoted as in e-mails, with "> " before
// each line. A log has that mark, too, but then other lines begin with other marks.
func isQuoted(begin []byte) bool {
	quotes, lines, shows := 0, 0, false
	for line := range bytes.Lines(begin) {
		s := strings.TrimRight(cleanText(string(line)), " \n")
		if s == "" {
			continue
		}
		lines++
		if s[0] != '>' {
			if len(s) > 1 && s[1] == ' ' && strings.IndexByte("<=%!-", s[0]) >= 0 && sortLine(s).kind != otherLine {
				return false
			}
			continue
		}
		quotes++
		if inner := trimQuote(s); inner != "" {
			l := sortLine(inner)
			shows = shows || l.kind != otherLine && l.kind != tornLine && l.kind != protocolLine
		}
	}
	return shows && 2*quotes > lines
}

// trimQuote removes one mark of a quotation.
func trimQuote(s string) string {
	if !strings.HasPrefix(s, ">") {
		return s
	}
	return strings.TrimPrefix(s[1:], " ")
}
