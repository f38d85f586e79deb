package text

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/model"
)

// Limits of the text form. They bound what an untrusted file can cost.
const (
	MaxLine     = 1 << 20   // bytes of a line
	MaxOps      = 1 << 20   // ops of a trace
	MaxPayloads = 1 << 26   // bytes of all payloads together: the short text 61*131071 is a long payload
	maxNumber   = 1<<16 - 1 // a close code, a cut, the length of a prefix
	maxShown    = 1 << 20   // bytes of a frame, message or part: fragments may add up to more than MaxPayload
)

// A SyntaxError says where a text breaks the grammar of the text form, and how.
type SyntaxError struct {
	File      string // empty if not known
	Line, Col int    // from 1; Line is 0 where a single line was parsed
	Msg       string // what is wrong
}

// Error returns "file:line:column: what is wrong", or "column 5: ..." for a single line.
// It is plain, whatever the text was: see [model.Plain].
func (e *SyntaxError) Error() string {
	if e.Line == 0 {
		return model.Plain(fmt.Sprintf("column %d: %s", e.Col, e.Msg))
	}
	file := ""
	if e.File != "" {
		file = e.File + ":"
	}
	return model.Plain(fmt.Sprintf("%s%d:%d: %s", file, e.Line, e.Col, e.Msg))
}

// Parse reads a transcript, or a trace, which is a transcript without outcomes.
// An error in the text is a [*SyntaxError]. Parse stops at the first op or outcome beyond
// its limits ([MaxLine], [MaxOps], [MaxPayloads]).
func Parse(r io.Reader) (*model.Transcript, error) {
	p := parser{t: new(model.Transcript)}
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		line, err := readLine(in)
		p.line++
		if err != nil && err != io.EOF {
			if errors.Is(err, errLong) {
				return nil, p.syntaxErrorf(1, "line of more than %d bytes: this is no trace", MaxLine)
			}
			return nil, fmt.Errorf("line %d: %w", p.line, err)
		}
		if line != "" {
			if err := p.parseLine(line); err != nil {
				return nil, err
			}
		}
		if err == io.EOF {
			break
		}
	}
	if !p.version {
		return nil, p.syntaxErrorf(1, "empty: the first line of a trace is %q", model.Version)
	}
	return p.t, nil
}

// ParseString parses s as [Parse] does.
func ParseString(s string) (*model.Transcript, error) { return Parse(strings.NewReader(s)) }

// ParseOp parses one op line.
func ParseOp(line string) (model.Op, error) {
	p := parser{t: new(model.Transcript)}
	w := splitWords(line)
	if len(w) == 0 {
		return model.Op{}, p.syntaxErrorf(1, "an op is missing")
	}
	return p.parseOp(w)
}

// ParseOutcome parses one outcome line into o. If the line says what a relation became
// ("< HEX"), related is true and became has the bytes.
func ParseOutcome(line string, o *model.Outcome) (became string, related bool, err error) {
	var p parser
	s := model.Step{}
	s.Outcome = *o
	err = p.parseOutcome(splitWords(line), &s)
	*o = s.Outcome
	return s.Became, s.Related, err
}

var errLong = errors.New("line too long")

// readLine returns the next line without its end. A line over MaxLine is errLong.
func readLine(in *bufio.Reader) (string, error) {
	var b []byte
	for {
		part, err := in.ReadSlice('\n')
		b = append(b, part...)
		if len(b) > MaxLine {
			return "", errLong
		}
		if err != bufio.ErrBufferFull {
			return strings.TrimRight(string(b), "\r\n"), err
		}
	}
}

// token is one word of a line.
type token struct {
	col  int    // the column at which it starts, from 1
	text string // as it stands in the line, quotes included
}

// splitWords splits a line at blanks, and drops a comment. Blanks and # within quotes belong
// to the word.
func splitWords(line string) []token {
	var out []token
	for i := 0; i < len(line); {
		c := line[i]
		if c == ' ' || c == '\t' {
			i++
			continue
		}
		if c == '#' {
			break
		}
		start := i
		quoted := false
		for ; i < len(line) && (quoted || line[i] != ' ' && line[i] != '\t'); i++ {
			switch {
			case line[i] == '\\' && quoted && i+1 < len(line):
				i++
			case line[i] == '"':
				quoted = !quoted
			}
		}
		out = append(out, token{start + 1, line[start:i]})
	}
	return out
}

// parser parses a transcript line by line.
type parser struct {
	t       *model.Transcript // what was parsed so far
	line    int               // number of the line at hand; 0: a single line is parsed
	version bool              // the first line, the version, was read
	ended   bool              // the line "end" was read: outcomes are of the end
	spent   int               // bytes of payloads so far
}

func (p *parser) syntaxErrorf(col int, format string, args ...any) error {
	return &SyntaxError{Line: p.line, Col: col, Msg: fmt.Sprintf(format, args...)}
}

func (p *parser) parseLine(line string) error {
	w := splitWords(line)
	if len(w) == 0 {
		return nil
	}
	if !p.version {
		if line != model.Version {
			return p.syntaxErrorf(1, "got %.40q: the first line of a trace is %q", line, model.Version)
		}
		p.version = true
		return nil
	}
	if line[0] == ' ' || line[0] == '\t' {
		return p.parseOutcomeLine(w)
	}
	if p.ended {
		return p.syntaxErrorf(w[0].col, "%q after the end of the transcript", w[0].text)
	}
	switch w[0].text {
	case "profile", "subject", "config", "sees":
		return p.parseHeader(w)
	case "end":
		p.ended, p.t.Ended = true, true
		return p.wantEnd(w[1:])
	}
	op, err := p.parseOp(w)
	if err != nil {
		return err
	}
	if len(p.t.Steps) == MaxOps {
		return p.syntaxErrorf(1, "more than %d ops", MaxOps)
	}
	p.t.Steps = append(p.t.Steps, model.Step{Op: op, Line: p.line})
	return nil
}

func (p *parser) parseHeader(w []token) error {
	if len(p.t.Steps) > 0 {
		return p.syntaxErrorf(w[0].col, "the header %q must stand before the first op", w[0].text)
	}
	switch w[0].text {
	case "config":
		return p.parseConfig(w[1:])
	case "sees":
		return p.parseSees(w)
	case "profile":
		if len(w) < 2 {
			return p.syntaxErrorf(w[0].col, "want: profile NAME, with settings behind it if it is not a known one")
		}
		p.t.Profile = joinWords(w[1:])
	case "subject":
		if len(w) != 2 && len(w) != 3 {
			return p.syntaxErrorf(w[0].col, "want: subject NAME [VERSION]")
		}
		p.t.Subject = w[1].text
		if len(w) == 3 {
			p.t.Version = w[2].text
		}
	}
	return nil
}

// parseSees parses what the transcript looked at.
func (p *parser) parseSees(w []token) error {
	p.t.Sees = 0
	for _, s := range w[1:] {
		sight := model.ParseSees(s.text)
		if sight == 0 {
			return p.syntaxErrorf(s.col, "sees %q: want words out of: %v", s.text, model.SeesAll)
		}
		p.t.Sees |= sight
	}
	if p.t.Sees == 0 {
		return p.syntaxErrorf(w[0].col, "want: sees WORD ..., out of: %v", model.SeesAll)
	}
	return nil
}

// joinWords returns the words with one blank between two.
func joinWords(w []token) string {
	words := make([]string, len(w))
	for i := range w {
		words[i] = w[i].text
	}
	return strings.Join(words, " ")
}

func (p *parser) parseConfig(w []token) error {
	for _, s := range w {
		key, value, ok := strings.Cut(s.text, "=")
		if !ok {
			return p.syntaxErrorf(s.col, "got %q, want KEY=VALUE", s.text)
		}
		if err := p.parseSetting(s.col, key, value); err != nil {
			return err
		}
	}
	return nil
}

// parseSetting sets the key of the configuration to value.
func (p *parser) parseSetting(col int, key, value string) error {
	c := &p.t.Config
	bad := func(want string) error { return p.syntaxErrorf(col, "%s=%s: want %s", key, value, want) }
	switch key {
	case "role":
		switch value {
		case "server":
			c.Role = model.Server
		case "client":
			c.Role = model.Client
		default:
			return bad("server or client")
		}
	case "keepalive":
		interval, timeout, _ := strings.Cut(value, "/")
		var err1, err2 error
		c.Interval, err1 = time.ParseDuration(interval)
		c.Timeout, err2 = time.ParseDuration(timeout)
		if err1 != nil || err2 != nil || c.Interval <= 0 || c.Timeout < 0 {
			return bad("INTERVAL/TIMEOUT such as 20s/20s")
		}
	case "deflate":
		switch value {
		case "takeover":
			c.Deflate = model.Takeover
		case "reset":
			c.Deflate = model.ResetEach
		default:
			return bad("takeover or reset")
		}
	case "cut", "seed":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil || key == "cut" && (n < 1 || n > maxNumber) {
			return bad("a number")
		}
		if key == "cut" {
			c.Cut = int(n)
		} else {
			c.Seed = n
		}
	default:
		return p.syntaxErrorf(col, "unknown setting %q: want role, keepalive, deflate, cut or seed", key)
	}
	return nil
}

// wantEnd returns an error if words are left.
func (p *parser) wantEnd(w []token) error {
	if len(w) > 0 {
		return p.syntaxErrorf(w[0].col, "unexpected %q", w[0].text)
	}
	return nil
}

// parseOp parses an op line. It needs at least one word.
func (p *parser) parseOp(w []token) (model.Op, error) {
	var o model.Op
	var ok bool
	if o.Kind, ok = model.FindKind(w[0].text); !ok {
		return o, p.syntaxErrorf(w[0].col, "unknown op %.40q", w[0].text)
	}
	end := w[0].col + len(w[0].text)
	w = w[1:]
	next := func(what string) (token, error) {
		if len(w) == 0 {
			return token{}, p.syntaxErrorf(end, "%s: %s is missing", o.Kind, what)
		}
		t := w[0]
		end, w = t.col+len(t.text), w[1:]
		return t, nil
	}
	if o.Kind.HasType() {
		t, err := next("text or binary")
		if err != nil {
			return o, err
		}
		if o.Text = t.text == "text"; !o.Text && t.text != "binary" {
			return o, p.syntaxErrorf(t.col, "got %.40q, want text or binary", t.text)
		}
	}
	switch {
	case o.Kind.HasPayload():
		t, err := next("a payload")
		if err != nil {
			return o, err
		}
		if o.Data, err = p.parsePayload(t); err != nil {
			return o, err
		}
		if o.Data.Form == model.Chosen && o.Kind != model.Ping {
			return o, p.syntaxErrorf(t.col, "only ping can leave the payload to the subject")
		}
	case o.Kind == model.Cancel:
		t, err := next("a ping's number")
		if err != nil {
			return o, err
		}
		num := t.text
		num, o.Keep = strings.CutPrefix(num, "k")
		if o.N, err = p.parseNumber(token{t.col, num}, 1, MaxOps); err != nil {
			return o, err
		}
	case o.Kind == model.Advance:
		t, err := next("a duration")
		if err != nil {
			return o, err
		}
		if o.Time, err = time.ParseDuration(t.text); err != nil || o.Time < 0 {
			return o, p.syntaxErrorf(t.col, "got %.40q, want a duration such as 20s", t.text)
		}
		if o.Time > p.t.Config.MaxAdvance() {
			return o, p.syntaxErrorf(t.col, "%s is more than %d intervals of the keepalive (%v)", t.text, model.MaxBeats, p.t.Config.Interval)
		}
	case (o.Kind == model.Close || o.Kind == model.PeerClose) && len(w) > 0 && w[0].text != "join":
		t, _ := next("")
		var err error
		if o.N, err = p.parseNumber(t, 1, maxNumber); err != nil {
			return o, err
		}
	}
	if len(w) > 0 && w[0].text == "z" && (o.Kind == model.Msg || o.Kind == model.Frag) {
		o.Z, w = true, w[1:]
	}
	if len(w) > 0 && w[0].text == "fin" && o.Kind == model.Cont {
		o.Fin, w = true, w[1:]
	}
	if len(w) > 0 && w[0].text == "join" && o.Kind.FromPeer() {
		o.Join, w = true, w[1:]
	}
	return o, p.wantEnd(w)
}

// parseNumber parses a number from low to high.
func (p *parser) parseNumber(t token, low, high int) (int, error) {
	n, err := strconv.Atoi(t.text)
	if err != nil || n < low || n > high {
		return 0, p.syntaxErrorf(t.col, "got %.40q, want a number from %d to %d", t.text, low, high)
	}
	return n, nil
}
