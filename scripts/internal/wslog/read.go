package wslog

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// MaxFrames bounds the frames, states, handshakes and crashes of a log: it comes from
// outside. Judging takes some hundred bytes for each.
const MaxFrames = 1 << 21

// The kinds of [Error].
var (
	ErrNotLog      = errors.New("not a log of a WebSocket endpoint")
	ErrTooMuch     = errors.New("the log is too long")
	ErrInterleaved = errors.New("interleaved: two connections at once, and no id to tell them apart")
)

// Error says in which line reading failed, why, and what to do.
type Error struct {
	Line int
	Err  error  // one of the kinds above
	Do   string // what was seen, and what to do
}

// Error returns one line.
func (e *Error) Error() string { return fmt.Sprintf("line %d: %v: %s", e.Line, e.Err, e.Do) }

// Unwrap returns the kind.
func (e *Error) Unwrap() error { return e.Err }

// Log is a log that was read.
type Log struct {
	Connections []*Connection // in the order in which they begin
	Lines       int
	Unread      Unread // lines that could not be read
	Reversed    bool   // it runs backwards, and was turned around
	Twice       bool   // each message stands twice, and was read once
}

// reader reads one log.
type reader struct {
	log      Log
	number   int // of the line at hand
	events   []event
	columns  columnTable
	stamps   stampTable
	traces   map[string]*traceback // by source: the one that the next line may continue
	rich     map[string]*richRecord
	torn     map[string]*tornText
	told     []event // sentences about keepalives
	source   string  // of the line before
	richTime string  // that rich printed last
	guess    guesses
}

// maxSources bounds the sources whose records are open at the same time.
const maxSources = 256

// Read reads a log. Its error is an [*Error], or that of r.
func Read(r io.Reader) (*Log, error) {
	in := decodeText(bufio.NewReaderSize(r, 128<<10))
	rd := reader{traces: map[string]*traceback{}, rich: map[string]*richRecord{}, torn: map[string]*tornText{}}
	begin, err := in.Peek(64 << 10)
	if name := nameBinary(begin); name != "" {
		rd.log.Lines = 1
		return nil, &Error{1, ErrNotLog, name}
	}
	read := rd.readLines
	if isDocument(begin, err != nil) {
		read = rd.readDocument
	}
	if err := read(in, begin); err != nil {
		if e := new(Error); errors.As(err, &e) {
			return nil, err
		}
		return nil, fmt.Errorf("read the log after line %d: %w", rd.log.Lines, err)
	}
	return rd.finishLog()
}

// readLines reads a file line by line.
func (r *reader) readLines(in *bufio.Reader, begin []byte) error {
	quoted := isQuoted(begin)
	lines := physicalLines{in: in}
	for {
		b, err := lines.next()
		if b == nil {
			if err == io.EOF {
				err = nil
			}
			return err
		}
		r.number = lines.number
		r.log.Lines = lines.number
		if bytes.IndexByte(b, 0) >= 0 {
			if b = bytes.ReplaceAll(b, []byte{0}, nil); r.number == 1 {
				return r.failAt(ErrNotLog, "the line has a NUL byte: it is a binary file")
			}
		}
		s := string(b)
		if quoted {
			s = trimQuote(s)
		}
		if err := r.readPhysical(s); err != nil {
			return err
		}
	}
}

// readPhysical reads a line of the file.
func (r *reader) readPhysical(s string) error {
	s = cleanText(s)
	carrier, source, rest := splitCarrier(s)
	if carrier == "" && strings.HasPrefix(s, " ") {
		source = r.source // a line that continues the one before
	}
	r.source = source
	if r.isContinued(source, rest) {
		return nil
	}
	if partial.MatchString(carrier) {
		carrier = strings.TrimSuffix(carrier, "P ") // its end comes in the next line
	}
	lines := unwrapLine(s)
	for i, text := range lines {
		body := text
		if i == 0 {
			body = strings.TrimPrefix(text, carrier)
		}
		if err := r.readText(source, text, body); err != nil {
			return err
		}
	}
	return nil
}

// readDocument reads a file that is one JSON value.
func (r *reader) readDocument(in *bufio.Reader, begin []byte) (err error) {
	d := newDocument(in)
	var events netlog
	read := func(line int, lines []string) {
		r.number = line
		r.log.Lines = max(r.log.Lines, line)
		for _, text := range lines {
			if err == nil {
				err = r.readText("", text, text)
			}
		}
	}
	d.field = func(name string, v any) {
		if name == "constants" {
			events.learnNames(v)
		}
	}
	d.row = func(line int, time, text string) {
		lines := unwrapText(text, 0)
		lines[0] = time + " " + lines[0]
		read(line, lines)
	}
	d.seen = func(line int, f fields) {
		if l, ok := events.lineOf(f); ok && err == nil {
			r.number = line
			err = r.addLine(&l)
			return
		}
		if lines := f.lines(); lines != nil {
			read(line, lines)
		} else {
			r.guess.noteObject(f)
		}
	}
	cut, e := d.read()
	if r.log.Unread.Cut = cut; err == nil {
		err = e
	}
	r.log.Lines = max(r.log.Lines, 1)
	return err
}

// readText reads a line that a program logged. Its body is what stands behind the carrier.
func (r *reader) readText(source, s, body string) error {
	r.noteTold(s)
	if t := r.traces[source]; t != nil {
		if t.acceptLine(body) {
			return nil
		}
		r.finishTrace(source)
	}
	if r.beginRich(source, s, body) {
		return nil
	}
	return r.readMessage(source, s, body)
}

// readMessage reads a message that stands in one line.
func (r *reader) readMessage(source, s, body string) error {
	l := sortLine(s)
	if l.kind == otherLine {
		if joined, ok := r.joinTorn(source, body); ok {
			return r.addLine(&joined)
		}
		r.readOther(source, s)
		return nil
	}
	if err := r.flushTorn(source); err != nil {
		return err
	}
	if l.kind == tornLine && len(r.torn) < maxSources {
		r.torn[source] = &tornText{line: l, text: s, number: r.number}
		return nil
	}
	return r.addLine(&l)
}

// addLine adds the event of a line.
func (r *reader) addLine(l *line) error {
	if l.kind == tornLine {
		r.log.Unread.addFrame(r.number, l.text)
	}
	e := event{kind: l.kind, out: l.out, role: l.role, from: l.from, state: l.state, keeps: l.keeps, frame: l.frame}
	e.frame.Line = r.number
	return r.addEvent(&e, l.prefix)
}

func (r *reader) addEvent(e *event, prefix string) error {
	e.columns = r.columns.number(r.source, prefix)
	e.frame.stamp = r.stamps.number(prefix)
	r.events = append(r.events, *e)
	if len(r.events) > MaxFrames {
		return r.failAt(ErrTooMuch, fmt.Sprintf("more than %d frames and states: judge it in parts", MaxFrames))
	}
	return nil
}

func (r *reader) failAt(kind error, do string) error { return &Error{r.log.Lines, kind, do} }

// readOther looks for the first line about a crash in a line that is of no other kind.
func (r *reader) readOther(source, s string) {
	at, ok := crashPlace(s)
	if !ok {
		if len(r.events) == 0 {
			r.guess.noteLine(s)
		}
		return
	}
	if len(r.traces) < maxSources {
		r.traces[source] = &traceback{prefix: s[:at.begin], ours: strings.Contains(s[:at.begin], "websockets"), crash: Crash{Line: r.number, Where: at.where}}
	}
}

// finishTrace adds the crash of a traceback that ended.
func (r *reader) finishTrace(source string) {
	t := r.traces[source]
	delete(r.traces, source)
	if crash := t.libraryCrash(); crash != nil {
		source, r.source = r.source, source
		_ = r.addEvent(&event{kind: crashLine, role: loggerRole(t.prefix), crash: crash, frame: Frame{Line: crash.Line}}, t.prefix)
		r.source = source
	}
}

// noteTold keeps a sentence that tells of a keepalive that gave up.
func (r *reader) noteTold(s string) {
	t, text := findTold(s)
	if t == nil || len(r.told) >= maxTold {
		return
	}
	e := event{kind: timeoutLine, role: t.role, told: t, text: strings.Clone(text), frame: Frame{Line: r.number}}
	e.columns = r.columns.number(r.source, s)
	e.frame.stamp = r.stamps.number(s)
	r.told = append(r.told, e)
}

// maxTold bounds the sentences that are kept.
const maxTold = 1000

// finishLog sorts the events into connections.
func (r *reader) finishLog() (*Log, error) {
	for _, source := range slices.Sorted(maps.Keys(r.rich)) {
		if err := r.flushRich(source); err != nil {
			return nil, err
		}
	}
	for _, source := range slices.Sorted(maps.Keys(r.torn)) {
		if err := r.flushTorn(source); err != nil {
			return nil, err
		}
	}
	for _, source := range slices.Sorted(maps.Keys(r.traces)) {
		r.finishTrace(source)
	}
	if r.log.Lines == 0 {
		return nil, r.failAt(ErrNotLog, "it is empty")
	}
	slices.SortStableFunc(r.events, func(a, b event) int { return a.frame.Line - b.frame.Line })
	if r.log.Reversed = r.stamps.runsBackwards(); r.log.Reversed {
		slices.Reverse(r.events)
	}
	t := r.splitEvents()
	r.log.Connections = t.finish()
	r.addTold(t)
	return r.checkLog()
}

// splitEvents returns the table of connections.
func (r *reader) splitEvents() *table {
	choose := idChooser{&r.columns, r.events}
	labels := choose.chooseLabels()
	if once := dropDoubles(r.events); len(labels) == 0 && len(once) < len(r.events) {
		r.log.Twice, r.events = true, once
	}
	ids := map[int32]string{}
	t := &table{current: map[string]*Connection{}, early: map[string]keepaliveStep{}, stamps: &r.stamps, reversed: r.log.Reversed}
	for i := range r.events {
		e := &r.events[i]
		id, ok := ids[e.columns]
		if !ok {
			id = choose.idOf(e.columns, labels)
			ids[e.columns] = id
		}
		if i == 0 && id == "" && len(labels) > 0 && e.frame.Line == 1 && e.kind == frameLine {
			continue // the beginning of the first line is cut off
		}
		t.addEvent(e, id)
	}
	return t
}

// addTold adds what a sentence tells to the connection that it must be about: the only one.
// A log without any connection has one of that alone.
func (r *reader) addTold(t *table) {
	cs := r.log.Connections
	switch {
	case len(r.told) == 0 || len(cs) > 1 || len(cs) == 1 && len(cs[0].Timeouts) > 0:
		return
	case len(cs) == 0:
		c := t.addConnection(r.told[0].frame.Line, false)
		c.Side = r.told[0].role
		r.log.Connections = append(r.log.Connections, c)
		cs = r.log.Connections
	}
	for i := range r.told {
		e := &r.told[i]
		cs[0].Timeouts = append(cs[0].Timeouts, Timeout{Line: e.frame.Line, Text: e.text, ByPeer: e.told.byPeer, stamp: e.frame.stamp})
		cs[0].First, cs[0].Last = min(cs[0].First, e.frame.Line), max(cs[0].Last, e.frame.Line)
	}
}

// checkLog refuses a log of which nothing can be judged.
func (r *reader) checkLog() (*Log, error) {
	l := &r.log
	if len(l.Connections) == 0 {
		if l.Unread.Frames > 0 {
			return nil, r.failAt(ErrNotLog, l.Unread.String())
		}
		return nil, r.failAt(ErrNotLog, r.guess.String())
	}
	for _, c := range l.Connections {
		if c.Mixed == "" {
			return l, nil
		}
	}
	c := l.Connections[0]
	remedy := "log with an id in each line (the documentation of websockets shows a LoggerAdapter that adds websocket.id), or cut out one connection"
	if c.ID != "" {
		remedy = "lines with the id " + c.ID + " are missing or in another order; sort the log by time, or cut out one connection"
	}
	return nil, &Error{c.mixedAt, ErrInterleaved, c.Mixed + ": " + remedy}
}
