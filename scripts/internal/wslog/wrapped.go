package wslog

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// tornText is a frame that may go on in the next line: an e-mail or a terminal broke it.
type tornText struct {
	line   line
	text   string
	number int
	tries  int
}

// maxJoins bounds the lines over which a frame is broken.
const maxJoins = 3

// joinTorn joins a line to the torn frame before it, if that makes a frame.
func (r *reader) joinTorn(source, body string) (line, bool) {
	t := r.torn[source]
	if t == nil {
		return line{}, false
	}
	body = strings.TrimLeft(body, " \t")
	for _, between := range [...]string{" ", ""} {
		if joined := sortLine(t.text + between + body); joined.kind == frameLine {
			delete(r.torn, source)
			return joined, true
		}
	}
	if t.tries++; t.tries == maxJoins {
		_ = r.flushTorn(source)
	} else if len(t.text)+len(body) < maxRecord {
		t.text += " " + body
	}
	return line{}, false
}

// flushTorn adds a torn frame as one that cannot be read.
func (r *reader) flushTorn(source string) error {
	t := r.torn[source]
	if t == nil {
		return nil
	}
	delete(r.torn, source)
	number := r.number
	r.number = t.number
	t.line.text = t.text
	err := r.addLine(&t.line)
	r.number = number
	return err
}

// richForm matches the first line of a record of rich: a time, or blanks if it is that of
// the record before, then the level in a column of eight.
var richForm = regexp.MustCompile(`^(\[[^\]]{5,30}\]|\s{5,}) ((?:TRACE|DEBUG|INFO|WARNING|ERROR|CRITICAL) +)\S`)

// richPlace matches the column at the right: the file and the line.
var richPlace = regexp.MustCompile(`\s+[\w.<>-]+\.py:\d+$`)

// richRecord is a record of rich, which breaks a message over lines of one column.
type richRecord struct {
	prefix string // the carrier and the time
	column int    // where the message begins
	width  int    // of the column; 0: not known
	number int    // of the first line
	parts  []string
	size   int
}

// maxRecord bounds a record, in bytes.
const maxRecord = 64 << 10

// isContinued adds a line to the record of rich that it continues, if it does.
func (r *reader) isContinued(source, body string) bool {
	t := r.rich[source]
	if t == nil {
		return false
	}
	if strings.TrimSpace(body) == "" {
		return true
	}
	if len(body) < t.column || strings.TrimSpace(body[:t.column]) != "" || t.size > maxRecord {
		return false
	}
	t.addPart(body[t.column:])
	return true
}

func (t *richRecord) addPart(s string) {
	s = strings.TrimRight(s, " ")
	t.size += len(s)
	t.parts = append(t.parts, s)
}

// beginRich begins a record of rich in a line that is the beginning of one.
func (r *reader) beginRich(source, s, body string) bool {
	m := richForm.FindStringSubmatch(body)
	if m == nil || len(m[2]) < 9 && len(strings.TrimRight(m[2], " ")) < 8 {
		_ = r.flushRich(source)
		return false
	}
	_ = r.flushRich(source)
	if len(r.rich) >= maxSources {
		return false
	}
	carrier := strings.TrimSuffix(s, body)
	at := strings.TrimSpace(m[1])
	if at == "" {
		at = r.richTime
	}
	r.richTime = at
	t := &richRecord{prefix: carrier + at + " " + m[2], column: len(m[1]) + 1 + max(9, len(m[2])), number: r.number}
	if t.column > len(body) {
		t.column = len(m[0]) - 1
	}
	text := body[t.column:]
	if place := richPlace.FindString(text); place != "" {
		t.width = utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(place, " ")) - 1
		text = strings.TrimSuffix(text, place)
	}
	t.addPart(text)
	r.rich[source] = t
	return true
}

// join joins the parts of a message. A part that fills its column may have lost a blank, or
// may be broken inside a word.
func (t *richRecord) join(broken bool) string {
	var b strings.Builder
	b.WriteString(t.prefix)
	for i, p := range t.parts {
		full := t.width > 0 && i > 0 && utf8.RuneCountInString(t.parts[i-1]) >= t.width
		if i > 0 && !(broken && full) {
			b.WriteByte(' ')
		}
		b.WriteString(p)
	}
	return b.String()
}

// flushRich reads the record that ended.
func (r *reader) flushRich(source string) error {
	t := r.rich[source]
	if t == nil {
		return nil
	}
	delete(r.rich, source)
	number, last := r.number, r.source
	r.number, r.source = t.number, source
	defer func() { r.number, r.source = number, last }()
	text := t.join(true)
	if at, ok := crashPlaceInside(text); ok {
		r.addRichCrash(text, at)
		return nil
	}
	if l := sortLine(text); l.kind == otherLine || l.kind == tornLine {
		text = t.join(false)
	}
	return r.readMessage(source, text, text)
}

// crashPlaceInside finds the announcement of an exception before its traceback.
func crashPlaceInside(text string) (announcement, bool) {
	head, _, _ := strings.Cut(text, " protocol: ")
	head, _, _ = strings.Cut(head, " Traceback ")
	return crashPlace(strings.TrimRight(head, " "))
}

// richClass matches the exception that ends a traceback.
var richClass = regexp.MustCompile(`([A-Za-z_][\w.]*(?:Error|Exception|Exit|Interrupt|Cancelled))(?:: (.*))?$`)

// addRichCrash adds the crash of a record. Its traceback is broken anywhere, so places in it
// are looked for without the blanks.
func (r *reader) addRichCrash(text string, at announcement) {
	t := traceback{prefix: text[:at.begin], ours: strings.Contains(text[:at.begin], "websockets"), crash: Crash{Line: r.number, Where: at.where}}
	dense := strings.ReplaceAll(text[at.begin:], " ", "")
	t.inLibrary = libraryFile.MatchString(dense) || libraryProtocol.MatchString(dense)
	last := text[max(0, strings.LastIndex(text, traceHead)):]
	if m := richClass.FindStringSubmatch(last); m != nil {
		t.setClass(m[1], m[2])
	}
	if crash := t.libraryCrash(); crash != nil {
		_ = r.addEvent(&event{kind: crashLine, role: loggerRole(t.prefix), crash: crash, frame: Frame{Line: crash.Line}}, t.prefix)
	}
}
