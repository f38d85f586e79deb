package text

import (
	"strconv"
	"strings"
	"time"

	"github.com/pongcheck/pongcheck/frame"
	"github.com/pongcheck/pongcheck/model"
)

// parseOutcomeLine adds an outcome line to the op above it, or to the end.
func (p *parser) parseOutcomeLine(w []token) error {
	if p.ended {
		s := model.Step{Outcome: p.t.End}
		err := p.parseOutcome(w, &s)
		p.t.End = s.Outcome
		return err
	}
	if len(p.t.Steps) == 0 {
		return p.syntaxErrorf(w[0].col, "an outcome before the first op")
	}
	return p.parseOutcome(w, &p.t.Steps[len(p.t.Steps)-1])
}

// maxOutcomes bounds the frames, resolutions and messages of one op.
const maxOutcomes = MaxOps

// parseOutcome parses one outcome line, without its indent, into s.
func (p *parser) parseOutcome(w []token, s *model.Step) error {
	if len(w) == 0 {
		return nil
	}
	o := &s.Outcome
	if len(o.Frames)+len(o.Resolutions)+len(o.Messages) >= maxOutcomes {
		return p.syntaxErrorf(1, "more than %d outcomes of one op", maxOutcomes)
	}
	if w[0].text == "!" {
		return p.parseCrash(w, o)
	}
	var at time.Duration
	if last := w[len(w)-1]; len(w) > 1 && strings.HasPrefix(last.text, "@") {
		var err error
		if at, err = p.parseDuration(token{last.col + 1, last.text[1:]}); err != nil {
			return err
		}
		w = w[:len(w)-1]
	}
	rest := w[1:]
	switch w[0].text {
	case ">":
		return p.parseWritten(w, at, o)
	case "<":
		if len(rest) != 1 {
			return p.syntaxErrorf(w[0].col, "want: < HEX")
		}
		var err error
		s.Related = true
		s.Became, err = p.parseBytes(rest[0])
		return err
	case "message":
		if len(rest) != 2 || rest[0].text != "text" && rest[0].text != "binary" {
			return p.syntaxErrorf(w[0].col, "want: message text|binary BYTES")
		}
		data, err := p.parseLiteral(rest[1], maxShown)
		o.Messages = append(o.Messages, model.Message{Text: rest[0].text == "text", Data: data, At: at})
		return err
	case "closed":
		o.Closed, o.ClosedAt = true, at
		return p.wantEnd(rest)
	case "unsupported":
		o.Unsupported = true
		return p.wantEnd(rest)
	case "latency":
		if len(rest) != 1 {
			return p.syntaxErrorf(w[0].col, "want: latency DURATION")
		}
		var err error
		o.Timed = true
		o.Latency, err = p.parseDuration(rest[0])
		return err
	case "rested":
		if s.Op.Kind != model.Settle {
			return p.syntaxErrorf(w[0].col, "rested is an outcome of settle only")
		}
		if len(rest) != 1 {
			return p.syntaxErrorf(w[0].col, "want: rested DURATION")
		}
		var err error
		o.Rested, err = p.parseDuration(rest[0])
		return err
	case "told":
		var err error
		o.Told, err = p.parseTold(w[0], rest)
		return err
	case "error":
		var err error
		o.Err, o.ErrName, err = p.parseErrKind(w[0], rest)
		return err
	}
	return p.parseResolution(w, at, o)
}

// parseTold parses CODE [clean], the words behind verb; "-" stands for no code.
func (p *parser) parseTold(verb token, w []token) (model.Told, error) {
	t := model.Told{Said: true, Clean: len(w) == 2 && w[1].text == "clean"}
	if len(w) == 0 || len(w) > 1 && !t.Clean || len(w) > 2 {
		return t, p.syntaxErrorf(verb.col, "want: told CODE [clean], with - for no code")
	}
	var err error
	if w[0].text != "-" {
		t.Code, err = p.parseNumber(w[0], 1, 65535)
	}
	return t, err
}

// parseCrash parses ! hang, ! hang: PLACE, ! leak: PLACE, or ! WHERE CLASS: TEXT.
func (p *parser) parseCrash(w []token, o *model.Outcome) error {
	switch place := joinWords(w[min(2, len(w)):]); {
	case len(w) == 2 && w[1].text == "hang":
		o.Hang = true
		return nil
	case len(w) > 2 && w[1].text == "hang:":
		o.Hang, o.Stuck = true, place
		return nil
	case len(w) > 2 && w[1].text == "leak:":
		o.Leak = place
		return nil
	}
	if len(w) < 3 || !strings.HasSuffix(w[2].text, ":") {
		return p.syntaxErrorf(w[0].col, "want: ! hang, ! leak: PLACE, or: ! WHERE CLASS: TEXT")
	}
	if o.Crash.Class != "" {
		return nil // the first one counts
	}
	o.Crash = model.Crash{Where: w[1].text, Class: strings.TrimSuffix(w[2].text, ":"), Text: joinWords(w[3:])}
	o.Crash.Fatal = o.Crash.Where == model.CrashOfProcess
	return nil
}

// parseWritten parses what the subject wrote: > eof, > part HEX, or > FRAME.
func (p *parser) parseWritten(w []token, at time.Duration, o *model.Outcome) error {
	if len(w) < 2 {
		return p.syntaxErrorf(w[0].col, "want: > FRAME")
	}
	name, rest := w[1], w[2:]
	if name.text == "eof" {
		o.WroteEOF, o.EOFAt = true, at
		return p.wantEnd(rest)
	}
	if name.text == "part" {
		if len(rest) != 1 {
			return p.syntaxErrorf(name.col, "want: > part HEX")
		}
		var err error
		o.Part, err = p.parseLiteral(rest[0], maxShown)
		return err
	}
	f := model.Frame{At: at}
	var err error
	if name.text == "close" {
		f.Opcode = frame.Close
		f.Data, rest, err = p.parseClose(name, rest)
	} else {
		if f.Opcode, err = p.parseOpcode(name); err == nil {
			if len(rest) == 0 {
				return p.syntaxErrorf(name.col, "%s: the payload is missing", name.text)
			}
			f.Data, err = p.parseLiteral(rest[0], maxShown)
			rest = rest[1:]
		}
	}
	if err != nil {
		return err
	}
	for _, t := range rest {
		if err := p.parseOddity(t, &f); err != nil {
			return err
		}
	}
	o.Frames = append(o.Frames, f)
	return nil
}

func (p *parser) parseOpcode(t token) (frame.Opcode, error) {
	for op := range frame.Opcode(16) {
		if op.String() == t.text {
			return op, nil
		}
	}
	if t.text == "op8" {
		return frame.Close, nil
	}
	return 0, p.syntaxErrorf(t.col, "unknown frame %.40q", t.text)
}

// parseClose parses the payload of a close frame, CODE [REASON] or -. It returns the
// payload and the words behind it.
func (p *parser) parseClose(name token, w []token) (string, []token, error) {
	if len(w) == 0 {
		return "", nil, p.syntaxErrorf(name.col, "close: want a code, or - for none")
	}
	if w[0].text == "-" {
		return "", w[1:], nil
	}
	code, err := p.parseNumber(w[0], 0, 65535)
	if err != nil {
		return "", nil, err
	}
	data, w := string([]byte{byte(code >> 8), byte(code)}), w[1:]
	if len(w) > 0 && !strings.Contains(w[0].text, "=") {
		reason, err := p.parseBytes(w[0])
		return data + reason, w[1:], err
	}
	return data, w, nil
}

// parseOddity sets the flag of f that t names.
func (p *parser) parseOddity(t token, f *model.Frame) error {
	switch t.text {
	case "fin=0":
		f.NoFin = true
	case "mask=wrong":
		f.WrongMask = true
	case "len=16":
		f.Long = 16
	case "len=64":
		f.Long = 64
	default:
		digit, ok := strings.CutPrefix(t.text, "rsv=")
		if n, err := strconv.Atoi(digit); ok && err == nil && n >= 1 && n <= 7 {
			f.RSV = uint8(n)
			return nil
		}
		return p.syntaxErrorf(t.col, "got %.40q, want fin=0, rsv=1 to 7, mask=wrong, len=16 or len=64", t.text)
	}
	return nil
}

func (p *parser) parseDuration(t token) (time.Duration, error) {
	d, err := time.ParseDuration(t.text)
	if err != nil {
		return 0, p.syntaxErrorf(t.col, "got %.40q, want a duration such as 20ms", t.text)
	}
	return d, nil
}

// parseErrKind parses KIND [NAME], the words behind verb.
func (p *parser) parseErrKind(verb token, w []token) (model.ErrKind, string, error) {
	if len(w) == 0 || len(w) > 2 {
		return 0, "", p.syntaxErrorf(verb.col, "want: %s KIND [NAME]", verb.text)
	}
	if k, ok := model.FindErrKind(w[0].text); ok {
		if len(w) == 2 {
			return k, w[1].text, nil
		}
		return k, "", nil
	}
	return 0, "", p.syntaxErrorf(w[0].col, "got %.40q, want closed, too-long, duplicate, timeout, cancelled or other", w[0].text)
}

// parseResolution parses N acked [D], N cancelled, N failed KIND, N error KIND.
func (p *parser) parseResolution(w []token, at time.Duration, o *model.Outcome) error {
	r := model.Resolution{At: at}
	num, keep := strings.CutPrefix(w[0].text, "k")
	n, err := strconv.Atoi(num)
	if err != nil || n < 1 || n > MaxOps {
		return p.syntaxErrorf(w[0].col, "unknown outcome %.40q", w[0].text)
	}
	r.N, r.Keep = n, keep
	if len(w) < 2 {
		return p.syntaxErrorf(w[0].col, "%s: acked, cancelled, failed or error is missing", w[0].text)
	}
	verb, rest := w[1], w[2:]
	switch verb.text {
	case "acked":
		r.How = model.Acked
		if len(rest) > 0 {
			r.Timed = true
			if r.Latency, err = p.parseDuration(rest[0]); err != nil {
				return err
			}
			rest = rest[1:]
		}
		err = p.wantEnd(rest)
	case "cancelled":
		r.How = model.Cancelled
		err = p.wantEnd(rest)
	case "failed", "error":
		r.How = model.Failed
		if verb.text == "error" {
			r.How = model.Refused
		}
		r.Err, r.Name, err = p.parseErrKind(verb, rest)
	default:
		err = p.syntaxErrorf(verb.col, "got %.40q, want acked, cancelled, failed or error", verb.text)
	}
	o.Resolutions = append(o.Resolutions, r)
	return err
}
