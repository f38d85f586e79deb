package text

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/pongcheck/pongcheck/model"
)

// parsePayload parses the payload of an op: bytes, a relation, or the subject's choice.
func (p *parser) parsePayload(t token) (model.Payload, error) {
	if t.text == "*" {
		return model.Payload{Form: model.Chosen}, nil
	}
	if !strings.HasPrefix(t.text, "$") {
		s, err := p.parseBytes(t)
		return model.Bytes(s), err
	}
	var d model.Payload
	rest := t.text[1:]
	rest, d.Keep = strings.CutPrefix(rest, "k")
	i := strings.IndexAny(rest, "[+^")
	if i < 0 {
		i = len(rest)
	}
	at := t.col + len(t.text) - len(rest)
	var err error
	if d.Ref, err = p.parseNumber(token{at, rest[:i]}, 1, MaxOps); err != nil {
		return d, err
	}
	d.Form = model.Echo
	change := rest[i:]
	at += i
	switch {
	case change == "":
	case strings.HasPrefix(change, "[:") && strings.HasSuffix(change, "]"):
		d.Form = model.Prefix
		d.N, err = p.parseNumber(token{at + 2, change[2 : len(change)-1]}, 0, maxNumber)
	case change[0] == '+':
		d.Form = model.Extended
		d.Lit, err = p.parseBytes(token{at + 1, change[1:]})
	case change[0] == '^':
		d.Form = model.Flipped
		d.N, err = p.parseNumber(token{at + 1, change[1:]}, 0, 8*maxNumber-1)
	default:
		err = p.syntaxErrorf(at, "got %.40q, want [:N], +HEX or ^BIT", change)
	}
	return d, err
}

// parseBytes parses a literal of at most MaxPayload bytes.
func (p *parser) parseBytes(t token) (string, error) { return p.parseLiteral(t, model.MaxPayload) }

// parseLiteral parses a literal no longer than most bytes.
func (p *parser) parseLiteral(t token, most int) (string, error) {
	if t.text == "-" {
		return "", nil
	}
	if strings.HasPrefix(t.text, `"`) {
		s, err := strconv.Unquote(t.text)
		if err != nil {
			return "", p.syntaxErrorf(t.col, "%.40q is no string", t.text)
		}
		return s, p.spendBudget(t, len(s), most)
	}
	digits, count, repeated := strings.Cut(t.text, "*")
	b, err := hex.DecodeString(digits)
	if err != nil || len(b) == 0 || strings.ToLower(digits) != digits {
		return "", p.syntaxErrorf(t.col, `got %.40q, want a payload: hex (lower case, whole bytes), "text" or - for empty`, t.text)
	}
	n := 1
	if repeated {
		if n, err = p.parseNumber(token{t.col + len(digits) + 1, count}, 1, most); err != nil {
			return "", err
		}
	}
	if err := p.spendBudget(t, len(b)*n, most); err != nil {
		return "", err
	}
	return strings.Repeat(string(b), n), nil
}

// spendBudget counts a payload of n bytes. It returns an error if the payload is longer than
// most, or if all payloads together exceed MaxPayloads.
func (p *parser) spendBudget(t token, n, most int) error {
	if n > most {
		return p.syntaxErrorf(t.col, "payload of more than %d bytes", most)
	}
	if p.spent += n; p.spent > MaxPayloads {
		return p.syntaxErrorf(t.col, "the payloads up to here are more than %d bytes together: this is no trace", MaxPayloads)
	}
	return nil
}
